/**
 * The port behind which the numbers of runs are kept: of runs that go on the newest snapshot of every incarnation and
 * the series, from which another master can go on counting; of runs that have ended the sum and the summary.
 */
import type { SeriesPoint } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';

/** The newest snapshot of one incarnation, as it came over the wire. */
export interface StoredSnapshot {
  readonly runId: string;
  readonly incarnation: string;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What had been counted when somebody said "count from here": it is taken off the sum of the snapshots. */
export interface StoredBaseline {
  /** Milliseconds of run time. */
  readonly countedFromMs: number;
  /** An encoded snapshot whose header means nothing. */
  readonly bytes: Uint8Array;
}

/** What of one run has changed since the last commit. */
export interface RunChanges {
  readonly runId: string;
  readonly snapshots: readonly StoredSnapshot[];
  readonly points: readonly SeriesPoint[];
  readonly baseline: StoredBaseline | undefined;
  /** What the judge of the run remembers, encoded; left out when nothing new is to be stored. */
  readonly judge?: Uint8Array | undefined;
}

export interface StoredNumbers {
  readonly snapshots: readonly StoredSnapshot[];
  /** By second. */
  readonly points: readonly SeriesPoint[];
  readonly baseline: StoredBaseline | undefined;
  /** Stays when the run is over, as the series does. */
  readonly judge?: Uint8Array | undefined;
}

/** The numbers of a run that is over; its series stays as it was committed. */
export interface RunArchive {
  readonly summary: RunSummary;
  /** The sum over all incarnations as an encoded snapshot whose header means nothing. */
  readonly stats: Uint8Array;
  /** Milliseconds of run time at the end. */
  readonly elapsedMs: number;
}

export abstract class NumberStore {
  /**
   * Writes all changes or none. Once it resolves they survive the end of this process.
   * @param epoch of the writing master
   * @returns ids of the runs that a later master leads by now, whose changes were left out
   */
  abstract commit(changes: readonly RunChanges[], epoch: number): Promise<string[]>;
  abstract load(runId: string): Promise<StoredNumbers>;
  /** @param fromSecond seconds since the start of the run */
  abstract points(runId: string, fromSecond: number): Promise<SeriesPoint[]>;
  /** Keeps the result of a run that is over; may be repeated. */
  abstract archive(runId: string, archive: RunArchive): Promise<void>;
  abstract archived(runId: string): Promise<RunArchive | undefined>;
  /** Lets go of what only a running run needs. */
  abstract dropSnapshots(runId: string): Promise<void>;
  /** Bytes that every archived run takes, about. */
  abstract sizes(): Promise<ReadonlyMap<string, number>>;
}
