import type { RampingVusLoad } from '../scenario-load.js';
import { type ExecutorSpec, lengthOf, sayStages } from './executor-spec.js';
import { optional, seconds, stages, users } from './field.js';

/** A number of users that follows stages. */
export const rampingVus: ExecutorSpec<RampingVusLoad> = {
  name: 'ramping-vus',
  fields: { startVUs: optional(users(0), 1), stages: stages(users(0)), gracefulRampDown: optional(seconds(false), 30) },
  describe: ({ startVUs, stages: list }) => `users ${sayStages(startVUs, list)}`,
  lengthSeconds: ({ stages: list }) => lengthOf(list),
  mostUsers: ({ startVUs, stages: list }) => Math.max(startVUs, ...list.map(({ target }) => target)),
};
