// Open load whose plan is a number: so many arrivals a second, whether somebody is free to take them or not.
import { HttpUser, type Options, task } from 'loadstar';

export class Visitor extends HttpUser {
  @task async welcome() {
    await this.http.get('/', { timeoutMs: 10_000 });
  }
}

export const options: Options = {
  scenarios: {
    steady: { executor: 'constant-arrival-rate', rate: 120, duration: '20s', preAllocatedVUs: 20, maxVUs: 40 },
  },
};
