// Load that keeps a little of memory for ever with each request, as a scenario with a leak does.
import { HttpUser, constantPacing, task } from 'loadstar';

const kept: Buffer[] = [];

export class Hoarder extends HttpUser {
  override waitTime = constantPacing(0.1);

  @task async welcome() {
    await this.http.get('/', { timeoutMs: 10_000 });
    kept.push(Buffer.alloc(400_000, 1));
  }
}
