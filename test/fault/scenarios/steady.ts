// Load whose rate is known: every user asks ten times a second, whatever the answer takes within that.
import { HttpUser, constantPacing, task } from 'loadstar';

export class SteadyUser extends HttpUser {
  override waitTime = constantPacing(0.1);

  @task async welcome() {
    await this.http.get('/', { timeoutMs: 10_000 });
  }
}
