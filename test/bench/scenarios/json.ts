// JSON out, JSON back, and a look into the answer.
import { HttpUser } from 'loadstar';

export class Writer extends HttpUser {
  static override tasks = { write: 1 };

  async write(): Promise<void> {
    const response = await this.http.post('/json', { json: { user: this.id, name: 'user name' } });
    this.check(response, { 'has a name': (r) => r.json().user.name !== '' });
  }
}
