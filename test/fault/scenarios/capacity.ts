// Looks for the greatest rate that the target answers without refusing more than 1 % of it.
import { HttpUser, type Options, task } from 'loadstar';

export class Visitor extends HttpUser {
  @task async welcome() {
    await this.http.get('/', { name: '/' });
  }
}

export const options: Options = {
  scenarios: {
    peak: {
      executor: 'find-capacity',
      startRate: 100,
      maxRate: 1_500,
      stepDuration: '5s',
      coolDown: '1s',
      preAllocatedVUs: 50,
      maxVUs: 100,
      gracefulStop: '2s',
    },
  },
  thresholds: { request_failed: ['rate<0.01'] },
};
