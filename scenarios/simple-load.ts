// Baseline: a steady load of the target's common operations. Start here.
import { HttpUser, between, task, type Options } from 'loadstar';

export class SimpleUser extends HttpUser {
  override waitTime = between(1, 3);

  @task(1) async welcome() {
    await this.http.get('/');
  }

  @task(3) async list() {
    const res = await this.http.get('/users');
    this.check(res, { 'lists users': (r) => r.json().users.length > 0 });
  }

  @task(1) async one() {
    const id = this.random.int(1, 10);
    // The target starts with users 1 to 5; the others exist once somebody has created them.
    await this.http.get(`/users/${id}`, { name: '/users/[id]', expect: id <= 5 ? 200 : [200, 404] });
  }

  @task(1) async create() {
    const tag = this.random.nextUint32().toString(36);
    await this.http.post('/users', { json: { name: `User ${tag}`, email: `user-${tag}@example.com` }, expect: 201 });
  }
}

export const options: Options = {
  host: 'http://localhost:5001',
  thresholds: { request_failed: ['rate<0.05'] },
};
