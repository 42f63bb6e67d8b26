import type { ConstantArrivalRateLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { arrivalFields, arrivalProblems, sayArrivalUsers } from './arrivals.js';
import type { ExecutorSpec } from './executor-spec.js';
import { rate, seconds } from './field.js';

/** Iterations that start at a rate, whether earlier ones have ended or not. */
export const constantArrivalRate: ExecutorSpec<ConstantArrivalRateLoad> = {
  name: 'constant-arrival-rate',
  fields: { ...arrivalFields, rate, duration: seconds(true) },
  together: arrivalProblems,
  describe: (load) =>
    `${load.rate} arrivals per ${sayDuration(load.timeUnit)} for ${sayDuration(load.duration)}, ${sayArrivalUsers(load)}`,
  lengthSeconds: ({ duration }) => duration,
  mostUsers: ({ maxVUs }) => maxVUs,
  mostArrivals: (load) => load.rate / load.timeUnit,
};
