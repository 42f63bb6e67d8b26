// Two controlled spikes with a recovery after each: does the target take them, and does it come back?
import { HttpUser, LoadTestShape, between, task, type Options } from 'loadstar';

export class SpikeUser extends HttpUser {
  override waitTime = between(0.5, 2);

  @task(4) async list() {
    await this.http.get('/users');
  }

  @task(2) async one() {
    const id = this.random.int(1, 10);
    // The target starts with users 1 to 5; the others exist once somebody has created them.
    await this.http.get(`/users/${id}`, { name: '/users/[id]', expect: id <= 5 ? 200 : [200, 404] });
  }

  @task(1) async create() {
    const tag = this.random.nextUint32().toString(36);
    await this.http.post('/users', { json: { name: `User ${tag}`, email: `user-${tag}@example.com` }, expect: 201 });
  }
}

/** Until which second (from the start) how many users, reached at how many users per second. */
const stages = [
  { until: 120, users: 50, spawnRate: 2 },
  { until: 180, users: 200, spawnRate: 10 },
  { until: 300, users: 10, spawnRate: 5 },
  { until: 420, users: 50, spawnRate: 2 },
  { until: 480, users: 200, spawnRate: 10 },
  { until: 600, users: 10, spawnRate: 5 },
];

export class SpikeShape extends LoadTestShape {
  override tick(elapsed: number) {
    return stages.find(({ until }) => elapsed < until) ?? null;
  }
}

export const options: Options = {
  host: 'http://localhost:5001',
  thresholds: { request_failed: ['rate<0.05'] },
};
