/**
 * The master's account of all snapshots of one run. Snapshots are cumulative and the highest sequence number of an
 * incarnation holds, so that lost, repeated and reordered messages change nothing; numbers of different incarnations
 * never mix, so that a zombie cannot overwrite its successor. Whatever is refused is counted by its reason.
 */
import { RunStats } from '../run-stats/run-stats.js';
import { type OpenSnapshot, sealStats, type Snapshot } from '../snapshot/codec.js';
import type { SnapshotHeader } from '../snapshot/header.js';
import { KeptStats, type StatsBytes, type StatsDelta } from '../snapshot/stats-bytes.js';

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
      /** Attempts that the sender had begun and not ended. */
      inFlight: number;
    }
  | { verdict: DiscardReason };

/** Most incarnations of one run. */
export const incarnationLimit = 10_000;

interface Known {
  readonly header: SnapshotHeader;
  readonly stats: KeptStats;
}

export class Ledger {
  /** Snapshots refused, by reason. */
  readonly discarded: Record<DiscardReason, number> = { duplicate: 0, stale: 0, shrunk: 0, foreign: 0 };
  private readonly latest = new Map<string, Known>();
  private sum = new RunStats();
  private countedFrom = 0;

  constructor(readonly runId: string) {}

  /**
   * Takes a snapshot; of one that was only opened the numbers are read here.
   * @throws LoadstarError MALFORMED_MESSAGE for numbers that are none, which changes nothing
   */
  accept({ header, stats }: Snapshot | OpenSnapshot): Acceptance {
    const known = this.latest.get(header.incarnation);
    const refusal = this.refusal(header, known?.header);
    if (refusal !== undefined) {
      // Whoever keeps it all the same must be able to read it later.
      sealed(stats).unpack();
      return this.discard(refusal);
    }
    const change = known ? known.stats.advance(sealed(stats)) : this.begin(header, stats);
    if (change === undefined) return this.discard('shrunk');
    if (known) this.latest.set(header.incarnation, { header, stats: known.stats });
    const delta = change.delta.seenBy(header.worker);
    this.sum.merge(delta);
    const sinceMs = known === undefined ? (header.startedMs ?? 0) : known.header.elapsedMs;
    const untilMs = header.elapsedMs;
    return { verdict: 'accepted', delta, inFlight: change.inFlight, sinceMs: Math.min(sinceMs, untilMs), untilMs };
  }

  /**
   * Goes on with the account of another master: what it had accepted last of every incarnation. For a ledger that has
   * accepted nothing.
   *
   * @param snapshots are read one by one
   * @param reset when that master had begun to count anew: the run time in milliseconds, and the sum until then
   * @param seen is told what each of them holds, which is nobody's afterwards
   * @throws LoadstarError MALFORMED_MESSAGE
   */
  restore(
    snapshots: Iterable<Snapshot | OpenSnapshot>,
    reset?: { countedFromMs: number; before: RunStats },
    seen?: (header: SnapshotHeader, change: StatsDelta) => void,
  ): void {
    const sum = new RunStats();
    for (const { header, stats } of snapshots) {
      const change = this.begin(header, stats);
      // A sum over several has no sender.
      sum.merge(header.worker === '' ? change.delta : change.delta.seenBy(header.worker));
      seen?.(header, change);
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

  private begin(header: SnapshotHeader, stats: RunStats | StatsBytes): StatsDelta {
    const { kept, ...change } = KeptStats.first(sealed(stats));
    this.latest.set(header.incarnation, { header, stats: kept });
    return change;
  }

  private discard(verdict: DiscardReason): Acceptance {
    this.discarded[verdict]++;
    return { verdict };
  }

  private refusal({ runId, seq }: SnapshotHeader, known: SnapshotHeader | undefined): DiscardReason | undefined {
    if (runId !== this.runId) return 'foreign';
    if (known === undefined) return this.latest.size >= incarnationLimit ? 'foreign' : undefined;
    if (seq === known.seq) return 'duplicate';
    return seq < known.seq ? 'stale' : undefined;
  }
}

function sealed(stats: RunStats | StatsBytes): StatsBytes {
  return stats instanceof RunStats ? sealStats(stats) : stats;
}
