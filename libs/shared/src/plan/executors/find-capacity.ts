import type { FindCapacityLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { arrivalFields, arrivalProblems, sayArrivalUsers } from './arrivals.js';
import type { ExecutorSpec } from './executor-spec.js';
import { between, optional, rate, seconds, whole } from './field.js';

/** Seconds beside the cool-down that a step may wait for the numbers of the last one, and for everybody to be told. */
const pauseSeconds = 8;

/** Steps of arrivals in search of the greatest rate that meets the thresholds. */
export const findCapacity: ExecutorSpec<FindCapacityLoad> = {
  name: 'find-capacity',
  fields: {
    ...arrivalFields,
    startRate: rate,
    maxRate: rate,
    precision: optional(between(0.001, 0.5), 0.05),
    maxSteps: optional(whole(1, 100, 'of steps'), 12),
    stepDuration: optional(seconds(true), 30),
    coolDown: optional(seconds(false), 5),
  },
  together: (load) => [
    ...arrivalProblems(load),
    ...(load.maxRate < load.startRate ? ([['maxRate', `at least startRate (${load.startRate})`]] as const) : []),
    ...(load.stepDuration < 3 ? ([['stepDuration', 'at least 3 seconds']] as const) : []),
  ],
  describe: (load) =>
    `search for the capacity from ${load.startRate} to at most ${load.maxRate} arrivals per ${sayDuration(load.timeUnit)}, ` +
    `up to ${load.maxSteps} steps of ${sayDuration(load.stepDuration)}, ${sayArrivalUsers(load)}`,
  lengthSeconds: ({ maxSteps, stepDuration, coolDown }) =>
    maxSteps * stepDuration + (maxSteps - 1) * (coolDown + pauseSeconds),
  mostUsers: ({ maxVUs }) => maxVUs,
  mostArrivals: (load) => load.maxRate / load.timeUnit,
};
