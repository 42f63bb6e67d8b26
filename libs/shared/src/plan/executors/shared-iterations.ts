import type { SharedIterationsLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { type ExecutorSpec, sayUsers } from './executor-spec.js';
import { iterations, optional, seconds, users } from './field.js';

/** A number of iterations that users share. */
export const sharedIterations: ExecutorSpec<SharedIterationsLoad> = {
  name: 'shared-iterations',
  fields: {
    vus: optional(users(1), 1),
    iterations: optional(iterations, 1),
    maxDuration: optional(seconds(true), 600),
  },
  together: ({ vus, iterations: count }) =>
    count < vus ? [['iterations', `at least as many as vus (${vus}), or some would have nothing to do`]] : [],
  describe: ({ vus, iterations: count, maxDuration }) =>
    `${count} iterations shared by ${sayUsers(vus)}, for at most ${sayDuration(maxDuration)}`,
  lengthSeconds: ({ maxDuration }) => maxDuration,
  mostUsers: ({ vus }) => vus,
};
