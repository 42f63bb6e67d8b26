/**
 * The life of a run as a table, so that it can be read, tested edge by edge and enforced in one place. Every change of
 * state is one conditional update of the run's record (see `run-book.ts`).
 */
import type { RunState } from '@loadstar/shared';

/** Time limits of the control plane, milliseconds. */
export interface RunTimings {
  /** How long all workers together may take to get ready; after it nobody starts. */
  readonly startBarrierMs: number;
  /** How long the scenario's run-once `setup` or `teardown` may take. */
  readonly hookMs: number;
  /** How far ahead the common start is set, so that every worker knows of it in time. */
  readonly startLeadMs: number;
  /** How far ahead a change of a running load is set, for the same reason. */
  readonly adjustLeadMs: number;
  /** After the grace of a stop, how long the last snapshots may take to arrive. */
  readonly lastWordMs: number;
  /** After the planned end, how long the master waits for the engines to end by themselves before it tells them to. */
  readonly overrunMs: number;
  /** From counting a worker as lost until its share is given away, so that it has stopped if it lives after all. */
  readonly reassignMs: number;
  /** Between the newest snapshots of one engine; what a killed worker can have kept to itself. */
  readonly snapshotMs: number;
}

export const defaultRunTimings: RunTimings = {
  startBarrierMs: 60_000,
  hookMs: 60_000,
  startLeadMs: 300,
  adjustLeadMs: 200,
  lastWordMs: 10_000,
  overrunMs: 1_500,
  reassignMs: 1_000,
  snapshotMs: 1_000,
};

export interface RunStateRule {
  /** Where a run may go from here. */
  readonly next: readonly RunState[];
  /** How long a run may stay here, milliseconds; undefined means as long as it takes. */
  readonly limitMs: (timings: RunTimings, stopTimeoutMs: number) => number | undefined;
}

const unlimited = (): undefined => undefined;

export const runStates: Readonly<Record<RunState, RunStateRule>> = {
  queued: { next: ['preparing', 'failed', 'aborted'], limitMs: unlimited },
  // Back into the queue when its master died before anybody generated load.
  preparing: {
    next: ['spawning', 'queued', 'failed', 'aborted'],
    limitMs: (timings) => timings.startBarrierMs + timings.hookMs,
  },
  spawning: { next: ['running', 'stopping', 'failed', 'aborted'], limitMs: unlimited },
  // Back to spawning when the load is changed or a worker joins or leaves.
  running: { next: ['spawning', 'stopping', 'failed', 'aborted'], limitMs: unlimited },
  stopping: {
    next: ['finished', 'failed', 'aborted'],
    limitMs: (timings, stopTimeoutMs) => stopTimeoutMs + timings.lastWordMs,
  },
  finished: { next: [], limitMs: unlimited },
  failed: { next: [], limitMs: unlimited },
  aborted: { next: [], limitMs: unlimited },
};

export function mayFollow(from: RunState, to: RunState): boolean {
  return runStates[from].next.includes(to);
}

/** Whether a run in this state is over for good. */
export function isEnd(state: RunState): boolean {
  return runStates[state].next.length === 0;
}

/** Whether the run has workers, or is about to: not while it waits for its turn, nor after its end. */
export function isActive(state: RunState): boolean {
  return state !== 'queued' && !isEnd(state);
}

/** Whether users of the run may exist. */
export function isUnderLoad(state: RunState): boolean {
  return state === 'spawning' || state === 'running' || state === 'stopping';
}
