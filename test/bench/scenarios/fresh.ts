// A connection of its own for every request.
import { HttpUser } from 'loadstar';

export class Stranger extends HttpUser {
  static override keepAlive = false;
  static override tasks = { visit: 1 };

  async visit(): Promise<void> {
    const response = await this.http.get('/');
    this.check(response, { 'is 200': (r) => r.status === 200 });
  }
}
