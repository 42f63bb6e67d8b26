import { User } from '../user/user.js';
import { describeScenario } from './describe-scenario.js';
import { readScenario } from './read-scenario.js';

class Good extends User {
  static override tasks = { work: 1 };
  work(): void {}
}

it.each([
  [0.25, 250],
  [0, 0],
  [undefined, undefined],
])('a stop timeout of %s s is described as %s ms', (stopTimeoutSeconds, stopTimeoutMs) => {
  const options = stopTimeoutSeconds === undefined ? {} : { stopTimeoutSeconds };
  expect(describeScenario(readScenario({ Good, options })).stopTimeoutMs).toBe(stopTimeoutMs);
});
