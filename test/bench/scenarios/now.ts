// As fast as the server can answer: what the accuracy case takes for 100 %.
import { HttpUser } from 'loadstar';

export class Visitor extends HttpUser {
  static override tasks = { visit: 1 };

  async visit(): Promise<void> {
    await this.http.get('/now');
  }
}
