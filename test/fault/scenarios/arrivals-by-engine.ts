// The open load of `arrivals.ts`, told apart by engine process and second, so that one engine can be compared with itself.
import { HttpUser, type Options, task } from 'loadstar';

export class Visitor extends HttpUser {
  @task async welcome() {
    const second = Math.floor(Date.now() / 1_000);
    await this.http.get('/', { name: `${process.pid} ${second}`, timeoutMs: 10_000 });
  }
}

export const options: Options = {
  scenarios: {
    steady: { executor: 'constant-arrival-rate', rate: 120, duration: '36s', preAllocatedVUs: 20, maxVUs: 40 },
  },
};
