// Users that keep their connection and use it now and then.
import { HttpUser, between } from 'loadstar';

export class Reader extends HttpUser {
  static override tasks = { read: 1 };
  override waitTime = between(4.5, 5.5);

  async read(): Promise<void> {
    await this.http.get('/');
  }
}
