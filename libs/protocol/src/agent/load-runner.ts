import type { LoadChange, RunPlan, ScenarioDescription, Share, TracedBatch, WireError } from '@loadstar/shared';
import type { RunStats, SnapshotHeader } from '@loadstar/stats';

/** Numbers of this worker's whole part in a run, merged over its engines; not changed after they were handed over. */
export interface RunnerSnapshot {
  readonly header: Omit<SnapshotHeader, 'worker' | 'incarnation' | 'seq'>;
  readonly stats: RunStats;
}

export interface RunnerStart {
  readonly share: Share;
  readonly inMs: number;
  readonly elapsedMs: number;
  readonly changes: readonly LoadChange[];
  readonly data: unknown;
  /** Whether the load of a part of the runner that dies is to be taken over by another part. */
  readonly replaceDead: boolean;
}

/** What a load runner tells while it runs. */
export interface RunnerEvents {
  /** About once a second while there is load, and a last one with `final` set when it has ended, however it ended. */
  snapshot(snapshot: RunnerSnapshot): void;
  /** An engine ended unasked; the others go on. */
  engineDied(problem: WireError): void;
  log(line: string): void;
  /** Requests of the run whose trace the system under test was asked to record. */
  traced(batch: TracedBatch, plan: RunPlan): void;
}

/** What generates load: in a worker its engine processes, in a test something simple. It holds one run at a time. */
export interface LoadRunner {
  observe(events: RunnerEvents): void;
  /**
   * Makes ready for a run, replacing an earlier one that has ended or was never started.
   * @throws LoadstarError the scenario's own errors
   */
  prepare(plan: RunPlan, code: string): Promise<ScenarioDescription>;
  /** Looks at a bundle without touching the run. @throws LoadstarError the scenario's own errors */
  inspect(code: string): Promise<ScenarioDescription>;
  /** @returns what `setup()` gave, a JSON value or undefined. @throws LoadstarError SETUP_FAILED */
  setup(): Promise<unknown>;
  teardown(): Promise<void>;
  /**
   * @param inMs milliseconds from now until the run time is `elapsedMs`, at least 0
   * @param changes of the load made before, oldest first
   * @param data result of `setup()`, wherever it ran
   */
  start(start: RunnerStart): void;
  /** Takes up a change at run time `atMs`, which may have passed. */
  adjust(change: { load: LoadChange | undefined; share: Share | undefined; atMs: number }): void;
  /**
   * Lets iterations begin for `leftMs` more milliseconds, and none after that until it is called again. What is never
   * called needs no lease.
   */
  lease(leftMs: number): void;
  /**
   * Begins no more iterations, gives those under way `graceMs` to end, then interrupts them. A second call may shorten
   * the grace. Resolves after the final snapshot. Of a run that was only prepared it lets go, without a snapshot.
   */
  stop(graceMs: number, reason: string): Promise<void>;
}
