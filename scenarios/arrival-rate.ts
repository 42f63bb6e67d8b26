// Open load: people arrive at a rate, whether the target keeps up or not. A slow target gets a queue, not a rest.
import { defineParameters, HttpUser, task, type Options } from 'loadstar';

// What whoever starts a run may give: in the form of the console, by --param highestId=3, or over REST.
export const parameters = defineParameters({
  highestId: { type: 'integer', default: 5, min: 1, description: 'Visitors look at users with ids from 1 to this' },
});

export class Visitor extends HttpUser {
  @task(4) async list() {
    await this.http.get('/users');
  }

  @task(1) async one() {
    const id = this.random.int(1, this.params(parameters).highestId);
    const res = await this.http.get(`/users/${id}`, { name: '/users/[id]' });
    this.check(res, { 'has a name': (r) => r.json().user.name !== '' });
  }
}

export class Author extends HttpUser {
  @task() async create() {
    const tag = this.random.nextUint32().toString(36);
    const json = { name: `${this.env['PREFIX'] ?? 'User'} ${tag}`, email: `user-${tag}@example.com` };
    await this.http.post('/users', { json, expect: 201 });
  }
}

export const options: Options = {
  host: 'http://localhost:5001',
  scenarios: {
    // 20 visits a second for half a minute, at random moments as real people come.
    browse: {
      executor: 'constant-arrival-rate',
      exec: 'Visitor',
      rate: 20,
      duration: '30s',
      preAllocatedVUs: 10,
      maxVUs: 100,
      spacing: 'poisson',
    },
    // From nothing to 5 new users a second and back.
    write: {
      executor: 'ramping-arrival-rate',
      exec: 'Author',
      startTime: '5s',
      stages: [
        { duration: '10s', target: 5 },
        { duration: '10s', target: 0 },
      ],
      preAllocatedVUs: 5,
      maxVUs: 50,
      env: { PREFIX: 'Author' },
    },
  },
  thresholds: { request_failed: ['rate<0.05'], dropped_arrivals: ['count==0'] },
};
