import type { RampingArrivalRateLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { arrivalFields, arrivalProblems, sayArrivalUsers } from './arrivals.js';
import { type ExecutorSpec, lengthOf, sayStages } from './executor-spec.js';
import { optional, rateOrNone, stages } from './field.js';

/** Iterations that start at a rate that follows stages. */
export const rampingArrivalRate: ExecutorSpec<RampingArrivalRateLoad> = {
  name: 'ramping-arrival-rate',
  fields: { ...arrivalFields, startRate: optional(rateOrNone, 0), stages: stages(rateOrNone) },
  together: (load) => [
    ...arrivalProblems(load),
    ...(load.startRate === 0 && load.stages.every(({ target }) => target === 0)
      ? ([['stages', 'at least one target above 0, or nothing would ever arrive']] as const)
      : []),
  ],
  describe: (load) =>
    `arrivals per ${sayDuration(load.timeUnit)} ${sayStages(load.startRate, load.stages)}, ${sayArrivalUsers(load)}`,
  lengthSeconds: ({ stages: list }) => lengthOf(list),
  mostUsers: ({ maxVUs }) => maxVUs,
  mostArrivals: (load) => Math.max(load.startRate, ...load.stages.map(({ target }) => target)) / load.timeUnit,
};
