// Open load in which each engine stands still for two seconds once, because a scenario computes instead of waiting.
import { HttpUser, type Options, task } from 'loadstar';

const spinMs = 2_000;
let begun = 0;

export class Spinner extends HttpUser {
  @task async welcome() {
    begun++;
    const untilMs = performance.now() + spinMs;
    while (begun === 80 && performance.now() < untilMs);
    await this.http.get('/', { timeoutMs: 10_000 });
  }
}

export const options: Options = {
  scenarios: {
    steady: { executor: 'constant-arrival-rate', rate: 40, duration: '14s', preAllocatedVUs: 10, maxVUs: 20 },
  },
};
