import type { PerVuIterationsLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { type ExecutorSpec, sayUsers } from './executor-spec.js';
import { iterations, optional, seconds, users } from './field.js';

/** A number of iterations for each user. */
export const perVuIterations: ExecutorSpec<PerVuIterationsLoad> = {
  name: 'per-vu-iterations',
  fields: {
    vus: optional(users(1), 1),
    iterations: optional(iterations, 1),
    maxDuration: optional(seconds(true), 600),
  },
  describe: ({ vus, iterations: count, maxDuration }) =>
    `${count} iterations by each of ${sayUsers(vus)}, for at most ${sayDuration(maxDuration)}`,
  lengthSeconds: ({ maxDuration }) => maxDuration,
  mostUsers: ({ vus }) => vus,
};
