// Load for test/monitoring: quick answers, a share of injected failures, checks that pass and some that do not.
import { HttpUser, constant, task } from 'loadstar';

export class Shopper extends HttpUser {
  override waitTime = constant(0.05);

  @task(6) async list() {
    const res = await this.http.get('/users?delay_ms=5-20', { name: '/users' });
    this.check(res, { 'lists users': (r) => r.json().users.length > 0 });
  }

  @task(2) async create() {
    const tag = this.random.nextUint32().toString(36);
    await this.http.post('/users?delay_ms=5-20', {
      name: '/users',
      json: { name: `User ${tag}`, email: `${tag}@example.com` },
    });
  }

  @task(2) async broken() {
    await this.http.get('/users/1?delay_ms=0&fail=503&fail_rate=0.9', { name: '/users/[broken]' });
  }
}
