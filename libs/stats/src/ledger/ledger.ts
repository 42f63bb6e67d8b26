/**
 * The master's account of all snapshots of one run. Snapshots are cumulative and the highest sequence number of an
 * incarnation holds, so that lost, repeated and reordered messages change nothing; numbers of different incarnations
 * never mix, so that a zombie cannot overwrite its successor. Whatever is refused is counted by its reason.
 */
import { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from '../snapshot/header.js';

export interface Snapshot {
  header: SnapshotHeader;
  stats: RunStats;
}

/**
 * duplicate: the newest number again · stale: older than what is known · shrunk: newer, but with a smaller count, which
 * no honest sender has · foreign: of another run, or of more incarnations than a run can have
 */
export type DiscardReason = 'duplicate' | 'stale' | 'shrunk' | 'foreign';

export type Acceptance =
  | {
      verdict: 'accepted';
      /** What happened since the last accepted snapshot of this incarnation. */
      delta: RunStats;
      /** Milliseconds of run time that the delta covers. */
      sinceMs: number;
      untilMs: number;
    }
  | { verdict: DiscardReason };

/** Most incarnations of one run. */
export const incarnationLimit = 10_000;

export class Ledger {
  /** Snapshots refused, by reason. */
  readonly discarded: Record<DiscardReason, number> = { duplicate: 0, stale: 0, shrunk: 0, foreign: 0 };
  private readonly latest = new Map<string, Snapshot>();
  private sum = new RunStats();
  private countedFrom = 0;

  constructor(readonly runId: string) {}

  /** Takes a snapshot, which then belongs to the ledger and must not be changed. */
  accept({ header, stats }: Snapshot): Acceptance {
    const known = this.latest.get(header.incarnation);
    const refusal = this.refusal(header, stats, known);
    if (refusal !== undefined) {
      this.discarded[refusal]++;
      return { verdict: refusal };
    }
    const delta = (known === undefined ? stats.clone() : stats.since(known.stats)).seenBy(header.worker);
    this.latest.set(header.incarnation, { header, stats });
    this.sum.merge(delta);
    const sinceMs = known === undefined ? (header.startedMs ?? 0) : known.header.elapsedMs;
    return { verdict: 'accepted', delta, sinceMs: Math.min(sinceMs, header.elapsedMs), untilMs: header.elapsedMs };
  }

  /**
   * Goes on with the account of another master: what it had accepted last of every incarnation. For a ledger that has
   * accepted nothing.
   *
   * @param reset when that master had begun to count anew: the run time in milliseconds, and the sum until then
   */
  restore(snapshots: readonly Snapshot[], reset?: { countedFromMs: number; before: RunStats }): void {
    const sum = new RunStats();
    for (const snapshot of snapshots) {
      this.latest.set(snapshot.header.incarnation, snapshot);
      const { header, stats } = snapshot;
      // A sum over several has no sender.
      sum.merge(header.worker === '' ? stats : stats.clone().seenBy(header.worker));
    }
    this.sum = reset === undefined ? sum : sum.since(reset.before);
    this.countedFrom = reset?.countedFromMs ?? 0;
  }

  /** All incarnations together, since the start or the last reset. Belongs to the ledger: clone it to change it. */
  total(): RunStats {
    return this.sum;
  }

  /** Latest header of every incarnation, in the order they first spoke. */
  headers(): SnapshotHeader[] {
    return [...this.latest.values()].map(({ header }) => header);
  }

  /** Highest sequence number known of an incarnation; undefined when it never spoke. */
  seqOf(incarnation: string): number | undefined {
    return this.latest.get(incarnation)?.header.seq;
  }

  /** Milliseconds of run time from which `total` counts; 0 unless reset. */
  get countedFromMs(): number {
    return this.countedFrom;
  }

  /**
   * Counts from here on: the latest state of every incarnation becomes its baseline. What is reported later counts,
   * also attempts that began before; so right after a reset more can have ended than begun. Extremes after a reset are
   * exact where they exceed those before it, and otherwise those of the bucket (0.1 %).
   *
   * @param elapsedMs milliseconds of run time of the reset
   */
  resetAt(elapsedMs: number): void {
    this.sum = new RunStats();
    this.countedFrom = elapsedMs;
  }

  private refusal(header: SnapshotHeader, stats: RunStats, known: Snapshot | undefined): DiscardReason | undefined {
    if (header.runId !== this.runId) return 'foreign';
    if (known === undefined) return this.latest.size >= incarnationLimit ? 'foreign' : undefined;
    if (header.seq === known.header.seq) return 'duplicate';
    if (header.seq < known.header.seq) return 'stale';
    return stats.covers(known.stats) ? undefined : 'shrunk';
  }
}
