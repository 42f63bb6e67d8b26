// A request and nothing else: what open loads are measured with.
import { HttpUser } from 'loadstar';

export class Visitor extends HttpUser {
  static override tasks = { visit: 1 };

  async visit(): Promise<void> {
    await this.http.get('/');
  }
}
