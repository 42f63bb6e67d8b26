/**
 * How many workers the waiting and the running runs have use for: what an autoscaler follows. Pure.
 */
import type { QueueTicket, WorkerLabels } from './queue-ticket.js';

export interface ScalingRules {
  /** Users that one worker is meant to run, 1 or more. */
  readonly usersPerWorker: number;
  /** Bounds of the answer; the upper one is never below the lower. */
  readonly minWorkers: number;
  readonly maxWorkers: number;
}

/** What a run asks of its pool. */
export interface Demand {
  readonly labels: WorkerLabels;
  /** Users of its load; undefined while a shape decides, which says nothing. */
  readonly users: number | undefined;
  /** Workers that it asks for by number. */
  readonly minWorkers: number;
}

export interface DesiredWorkers {
  readonly workers: number;
  /** Before the bounds, by labels; labels are written `name=value,name=value`, and `` for any worker. */
  readonly pools: readonly { readonly labels: string; readonly workers: number }[];
}

/** A run that has to wait longer than this for its time needs no workers yet, milliseconds; starting one takes seconds. */
export const scaleAheadMs = 60_000;

/** Whether a waiting run should have workers by now, or soon. */
export function isDueSoon({ notBeforeMs }: Pick<QueueTicket, 'notBeforeMs'>, wallMs: number): boolean {
  return notBeforeMs === undefined || notBeforeMs - wallMs <= scaleAheadMs;
}

/**
 * Runs of one pool go one after the other, so a pool needs what its largest run needs; pools with different labels run
 * side by side, so they add up. Runs that take any worker can use those of all pools.
 *
 * @param demands of the runs that have workers, and of those whose time has come
 */
export function workersDesired(demands: readonly Demand[], rules: ScalingRules): DesiredWorkers {
  const pools = new Map<string, number>();
  for (const { labels, users = 0, minWorkers } of demands) {
    const pool = labelText(labels);
    const need = Math.max(1, minWorkers, Math.ceil(users / rules.usersPerWorker));
    pools.set(pool, Math.max(need, pools.get(pool) ?? 0));
  }
  const anywhere = pools.get('') ?? 0;
  const sum = [...pools].reduce((total, [pool, need]) => (pool === '' ? total : total + need), 0);
  const wanted = Math.max(anywhere, sum);
  return {
    workers: Math.min(Math.max(rules.maxWorkers, rules.minWorkers), Math.max(rules.minWorkers, wanted)),
    pools: [...pools].map(([labels, workers]) => ({ labels, workers })),
  };
}

/** The same text for the same labels, in whichever order they are given. */
export function labelText(labels: WorkerLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(',');
}
