// How the target answers mistakes (4xx, expected) and faults (5xx, injected), and whether it recovers from them.
import { HttpUser, between, task, type Options } from 'loadstar';

/** Makes the mistakes that callers make. An error that is the right answer counts as a success. */
export class ErrorSimulationUser extends HttpUser {
  static override weight = 9;
  override waitTime = between(1, 3);

  @task(2) async validUser() {
    await this.http.get(`/users/${this.random.int(1, 5)}`, { name: '/users/[valid_id]' });
  }

  @task(1) async unknownUser() {
    // 200 is right as well: a long run may have created users up to these ids.
    await this.http.get(`/users/${this.random.int(100, 999)}`, { name: '/users/[invalid_id]', expect: [200, 404] });
  }

  @task(2) async validCreate() {
    const tag = this.random.nextUint32().toString(36);
    await this.http.post('/users', { json: { name: `User ${tag}`, email: `user-${tag}@example.com` }, expect: 201 });
  }

  @task(1) async createWithoutName() {
    await this.http.post('/users', { name: '/users/[invalid]', json: { email: 'nameless@example.com' }, expect: 400 });
  }

  @task(3) async list() {
    await this.http.get('/users');
  }

  @task(1) async welcome() {
    if (this.random.next() < 0.1) await this.sleep(this.random.between(0.5, 1));
    await this.http.get('/');
  }
}

/** One user in ten asks the target to fail, then checks that the next call is answered as if nothing had happened. */
export class FaultInjectionUser extends HttpUser {
  static override weight = 1;
  override waitTime = between(1, 3);

  @task(2) async unavailable() {
    await this.http.get('/users', { name: '/users/[injected_503]', params: { fail: 503 } });
    await this.recovered();
  }

  @task(1) async broken() {
    await this.http.get('/users/1', { name: '/users/[injected_500]', params: { fail: 500 } });
    await this.recovered();
  }

  private async recovered() {
    const res = await this.http.get('/users/1', { name: '/users/[recovery]' });
    this.check(res, { 'recovers after a fault': (r) => r.ok && r.json().user.id === 1 });
  }
}

export const options: Options = {
  host: 'http://localhost:5001',
  // The injected faults are failures on purpose: about one request in eleven.
  thresholds: { request_failed: ['rate<0.25'] },
};
