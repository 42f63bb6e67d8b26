import type { SnapshotHeader, StatsBytes } from '@loadstar/stats';
import type { HeldRun } from '../messages/join.js';
import type { StateReport, TraceExamples } from '../messages/reports.js';
import type { LeaseState } from '../session/peer-lease.js';
import type { WorkerLink } from './worker-link.js';

/**
 * A snapshot of which only the header was read; that it comes from the incarnation it names has been checked. Whoever
 * reads the numbers may find that they are none, and throws that on.
 */
export interface ReceivedSnapshot {
  readonly header: SnapshotHeader;
  readonly stats: StatsBytes;
  /** As they came over the wire. */
  readonly bytes: Uint8Array;
}

/**
 * What the master's core is told about its workers. A listener must not throw; an exception is logged and otherwise
 * ignored, so that one worker's trouble stays its own.
 */
export interface FleetListener {
  /**
   * A worker is connected: a new one (`again` false), or a known one after a cut (`again` true, same `WorkerLink`).
   * `held` is the run it says it is in; a master that does not know that run should `stop` it.
   */
  joined(link: WorkerLink, held: HeldRun | undefined, again: boolean): void;
  /** Silence or a sign of life changed how sure the master is; `left` is the goodbye after a drain. */
  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void;
  /** The worker says what it does. `draining` means: give its share to others now, its last snapshot will still come. */
  stateReported(link: WorkerLink, report: StateReport): void;
  /**
   * Numbers came. When the promise resolves (or nothing is returned) the worker is told that they are in the ledger
   * and forgets them; throw a LoadstarError to refuse: a retryable one makes the worker send again.
   */
  snapshotReceived(link: WorkerLink, snapshot: ReceivedSnapshot): void | Promise<void>;
  logsReceived(link: WorkerLink, lines: readonly string[]): void;
  /** Requests of a run that have a trace: examples for histograms. */
  examplesReceived?(link: WorkerLink, examples: TraceExamples): void;
}
