/** What a snapshot says about its sender beside the numbers. */

/** Where an engine, or a worker with all its engines, is in a run. */
export const phases = ['preparing', 'spawning', 'running', 'stopping', 'done'] as const;
export type Phase = (typeof phases)[number];

export interface SnapshotHeader {
  runId: string;
  /** Name of the worker, for people. */
  worker: string;
  /** Random id of one process life; numbers of different incarnations never mix. */
  incarnation: string;
  /** Grows by at least one with each snapshot of an incarnation. */
  seq: number;
  /** Milliseconds since the start of the run, at the moment the numbers were taken. */
  elapsedMs: number;
  /** Run time at which the numbers of this incarnation begin, milliseconds; left out: 0, from the start of the run. */
  startedMs?: number | undefined;
  /**
   * How much older than `elapsedMs` the oldest numbers in it are, milliseconds, because the engines behind it report one
   * by one; left out: 0.
   */
  behindMs?: number | undefined;
  /** Requests that engines behind it which died can have made without telling, at most; left out: 0. */
  unreportedAtMost?: number | undefined;
  phase: Phase;
  /** Whether this is the last snapshot of the incarnation in this run. */
  final: boolean;
  /** Why the sender ended or failed, in words. */
  reason: string | undefined;
  users: number;
  targetUsers: number;
  /** Users per second. */
  spawnRate: number;
  usersByClass: Record<string, number>;
  health: EngineHealth;
}

/** How well the generator itself is doing; of several engines: the sums of cost and the worst of quality. */
export interface EngineHealth {
  /** Percent of one core. */
  cpuPercent: number;
  rssBytes: number;
  /** 99th percentile of event-loop delay over the last second, milliseconds. */
  loopLagMs: number;
  /** Share of time that the event loop was busy, 0 to 1. */
  loopUtilisation: number;
  /** How much later than it arrived an answer may have been stamped, 99th percentile, milliseconds. */
  errorBoundMs: number;
  /** How late planned starts happened, 99th percentile, milliseconds. */
  scheduleLagMs: number;
  /** Engine processes behind these numbers. */
  engines: number;
}

/** Health of several engines together: costs and engines add up, of the rest the worst counts. No engine: all zero. */
export function mergeHealth(list: readonly EngineHealth[]): EngineHealth {
  const merged: EngineHealth = {
    cpuPercent: 0,
    rssBytes: 0,
    loopLagMs: 0,
    loopUtilisation: 0,
    errorBoundMs: 0,
    scheduleLagMs: 0,
    engines: 0,
  };
  for (const health of list) {
    merged.cpuPercent += health.cpuPercent;
    merged.rssBytes += health.rssBytes;
    merged.engines += health.engines;
    merged.loopLagMs = Math.max(merged.loopLagMs, health.loopLagMs);
    merged.loopUtilisation = Math.max(merged.loopUtilisation, health.loopUtilisation);
    merged.errorBoundMs = Math.max(merged.errorBoundMs, health.errorBoundMs);
    merged.scheduleLagMs = Math.max(merged.scheduleLagMs, health.scheduleLagMs);
  }
  return merged;
}
