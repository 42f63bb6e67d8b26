// Bodies of 100 kB, kept as a user may want to look at them.
import { HttpUser } from 'loadstar';

export class Reader extends HttpUser {
  static override tasks = { read: 1 };

  async read(): Promise<void> {
    const response = await this.http.get('/large.txt');
    this.check(response, { 'is 200': (r) => r.status === 200 });
  }
}
