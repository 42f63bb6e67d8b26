import { LoadstarError } from '@loadstar/shared';
import type { UserContext } from '../user/user-context.js';

/** Who waits: a user, or a task set on behalf of its user. */
export interface Waiting {
  readonly context: UserContext;
}

/** A wait time: called after each task, returns seconds from 0. */
export type WaitTime = (this: Waiting) => number;

/** The same wait after every task. @param seconds from 0 */
export function constant(seconds: number): WaitTime {
  requireSeconds('constant', seconds);
  return () => seconds;
}

/**
 * A wait drawn evenly between two bounds from the user's own randomness, so that a repeated run waits alike.
 * @param minSeconds from 0
 * @param maxSeconds not below `minSeconds`
 */
export function between(minSeconds: number, maxSeconds: number): WaitTime {
  requireSeconds('between', minSeconds, maxSeconds);
  if (minSeconds > maxSeconds)
    throw invalid(`between(${minSeconds}, ${maxSeconds}): the first bound is above the second`);
  return function () {
    return this.context.random.between(minSeconds, maxSeconds);
  };
}

/**
 * Starts tasks at most once every `seconds`: the wait is what the task left of its period. A task that takes longer
 * than its period is followed at once, and what was missed is not made up; but the response time of the next request
 * counts from when it was planned.
 * @param seconds above 0
 */
export function constantPacing(seconds: number): WaitTime {
  requireSeconds('constantPacing', seconds);
  if (seconds === 0) throw invalid('constantPacing(0): the period must be above 0; use constant(0) for no wait');
  return paced(seconds);
}

/**
 * Starts at most `perSecond` tasks a second and user: the inverse of `constantPacing`. For a total of 100 tasks a
 * second run 1000 users with `constantThroughput(0.1)`.
 * @param perSecond above 0
 */
export function constantThroughput(perSecond: number): WaitTime {
  requireSeconds('constantThroughput', perSecond);
  if (perSecond === 0) throw invalid('constantThroughput(0): the rate must be above 0');
  return paced(1 / perSecond);
}

// Starts lie on a grid (last start + period), so lateness of one sleep does not add up over a run. The grid belongs to
// whoever waits: one function may serve many users.
function paced(seconds: number): WaitTime {
  const periodMs = seconds * 1000;
  const nextStartMs = new WeakMap<Waiting, number>();
  return function () {
    const nowMs = this.context.nowMs();
    const plannedMs = (nextStartMs.get(this) ?? nowMs) + periodMs;
    const dueMs = Math.max(nowMs, plannedMs);
    // The task took longer than its period: who waits for the next one waits since it was planned.
    if (nowMs > plannedMs) this.context.slipped?.(nowMs - plannedMs);
    nextStartMs.set(this, dueMs);
    return (dueMs - nowMs) / 1000;
  };
}

function requireSeconds(name: string, ...values: number[]): void {
  const bad = values.find((value) => typeof value !== 'number' || !Number.isFinite(value) || value < 0);
  if (bad !== undefined) throw invalid(`${name}(${values.join(', ')}): ${String(bad)} is not a number from 0`);
}

function invalid(detail: string): LoadstarError {
  return new LoadstarError('SCENARIO_INVALID', { detail });
}
