// The least that a real scripted user does: a request and a check.
import { HttpUser } from 'loadstar';

export class Visitor extends HttpUser {
  static override tls = { insecure: true };
  static override tasks = { visit: 1 };

  async visit(): Promise<void> {
    const response = await this.http.get('/');
    this.check(response, { 'is 200': (r) => r.status === 200 });
  }
}
