import type { RunStats, SnapshotHeader } from '@loadstar/stats';

/** Numbers of an earlier life of a worker that no master has confirmed. */
export interface KeptNumbers {
  readonly header: SnapshotHeader;
  readonly stats: RunStats;
  /** Secret of that life, which proves to the master that these are its numbers. */
  readonly key: string;
  /** They have been delivered. */
  drop(): void;
  /** The master will never take them: they are left for people to look at, and not offered again. */
  putAside(): void;
}

/**
 * Where a worker keeps what it has not been able to deliver, so that its numbers outlive its process. Keeping must not
 * throw: without a place for it a worker is as good as before.
 */
export interface NumbersKeep {
  /**
   * Keeps the newest numbers of a run in the place of older ones. They appear whole or not at all.
   * @returns whether they are kept
   */
  keep(header: SnapshotHeader, stats: RunStats, key: string): boolean;
  /** Of a run, they are confirmed. */
  drop(runId: string, incarnation: string): void;
  /** Of a run, the master will never take them, see `KeptNumbers`. */
  putAside(runId: string, incarnation: string): void;
  /** What earlier lives left behind; not what a process keeps that still lives. */
  leftBehind(): KeptNumbers[];
}
