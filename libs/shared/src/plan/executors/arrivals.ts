// What the two open executors have in common.
import type { ArrivalLoad } from '../scenario-load.js';
import { sayUsers } from './executor-spec.js';
import { choice, optional, seconds, users } from './field.js';

export const arrivalFields = {
  timeUnit: optional(seconds(true), 1),
  preAllocatedVUs: users(1),
  // Filled in by `preAllocatedVUs` when it is absent.
  maxVUs: optional(users(1), undefined),
  spacing: optional(choice('even', 'poisson'), 'even'),
  whenBusy: optional(choice('drop', 'wait'), 'drop'),
  timing: optional(choice('precise', 'economy'), 'precise'),
};

export function arrivalProblems({ preAllocatedVUs, maxVUs }: ArrivalLoad): (readonly [string, string])[] {
  return maxVUs < preAllocatedVUs ? [['maxVUs', `at least preAllocatedVUs (${preAllocatedVUs})`]] : [];
}

export function sayArrivalUsers({ preAllocatedVUs, maxVUs }: ArrivalLoad): string {
  return maxVUs === preAllocatedVUs ? sayUsers(maxVUs) : `${preAllocatedVUs} to ${sayUsers(maxVUs)}`;
}
