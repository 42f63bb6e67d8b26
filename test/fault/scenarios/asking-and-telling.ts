// Load of a known rate, half of which may be repeated without harm (GET) and half of which may not (POST).
import { HttpUser, constantPacing, task } from 'loadstar';

export class Correspondent extends HttpUser {
  override waitTime = constantPacing(0.1);

  @task async ask() {
    await this.http.get('/', { timeoutMs: 10_000 });
  }

  @task async tell() {
    await this.http.post('/users', { json: { name: 'Ada' }, timeoutMs: 10_000, expect: 201 });
  }
}

/** The same, and each attempt is one: what meets a closed connection is not sent again. */
export class StrictCorrespondent extends Correspondent {
  static override resendStale = false;
}
