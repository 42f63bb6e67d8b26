/**
 * All numbers of one run in the master: the ledger that every snapshot goes into, the series second by second, and what
 * is shown of them. Bounded by the bounds of @loadstar/stats, however long the run.
 */
import type { SeriesPoint, StatsView } from '@loadstar/shared';
import {
  type Acceptance,
  checkRows,
  exceptionRows,
  failureRows,
  Ledger,
  type RunStats,
  type SnapshotHeader,
  statsRows,
  TimeSeries,
} from '@loadstar/stats';

/** What one incarnation did lately, to bound what it may have kept to itself when it dies. */
interface Pulse {
  /** Requests per second of the last few snapshots. */
  rates: number[];
  /** Users that it had, or was about to have, at the last snapshot. */
  users: number;
  /** Attempts begun and not ended at the last snapshot. */
  inFlight: number;
}

/** How well generators did, counted in snapshots. */
export interface Strain {
  readonly snapshots: number;
  /** Snapshots whose event-loop delay was too long for their times to be trusted. */
  readonly lagging: number;
}

const pulseLength = 3;
/** Event-loop delay in milliseconds from which a second counts as not to be trusted. */
export const laggingMs = 50;

export class RunNumbers {
  readonly ledger: Ledger;
  readonly series = new TimeSeries();
  private readonly pulses = new Map<string, Pulse>();
  private readonly strains = new Map<string, { snapshots: number; lagging: number }>();
  private countedFromSecond = 0;
  /** Highest requests per second and user of late, over all incarnations. */
  private ratePerUser = 0;

  constructor(readonly runId: string) {
    this.ledger = new Ledger(runId);
  }

  /** Takes in a snapshot, which must not be changed afterwards. */
  take(header: SnapshotHeader, stats: RunStats): Acceptance['verdict'] {
    const result = this.ledger.accept({ header, stats });
    if (result.verdict !== 'accepted') return result.verdict;
    this.series.add(result.delta, result.sinceMs, result.untilMs);
    this.series.users(header.incarnation, header.elapsedMs, header.users, header.targetUsers);
    if (header.final) this.series.gone(header.incarnation, header.elapsedMs);
    this.feel(header, stats, result.delta, result.untilMs - result.sinceMs);
    return result.verdict;
  }

  /** A worker will not be heard again for now: its users do not count any more. */
  gone(incarnation: string, elapsedMs: number): void {
    this.series.gone(incarnation, elapsedMs);
  }

  /** Counts from this moment of the run on. */
  reset(elapsedMs: number): void {
    this.ledger.resetAt(elapsedMs);
    this.countedFromSecond = Math.floor(elapsedMs / 1000);
  }

  get stats(): RunStats {
    return this.ledger.total();
  }

  /** @param fromSecond seconds since the start of the run; what was before the last reset is not shown */
  points(fromSecond = 0): SeriesPoint[] {
    return this.series.points(Math.max(fromSecond, this.countedFromSecond));
  }

  /**
   * How many requests an incarnation can have made in a time after its last word: what was in flight then, and a rate
   * times that time. The rate is its own highest of late, or what as many users make elsewhere in the run, because it
   * may have just got its users.
   * @param users what it is taken to have when it never said a word
   */
  unreportedAtMost(incarnation: string, hiddenMs: number, users: number): number {
    const pulse = this.pulses.get(incarnation) ?? { rates: [], users, inFlight: users };
    const rate = Math.max(0, pulse.users * this.ratePerUser, ...pulse.rates);
    return Math.ceil((rate * hiddenMs) / 1000) + pulse.inFlight;
  }

  strain(incarnation: string): Strain {
    return this.strains.get(incarnation) ?? { snapshots: 0, lagging: 0 };
  }

  /** @param gone incarnations whose users are not there any more, whatever their last snapshot said */
  view(
    head: Pick<StatsView, 'runId' | 'state' | 'elapsedSeconds'>,
    gone: ReadonlySet<string>,
    targetUsers: number | undefined,
  ): StatsView {
    const headers = this.ledger.headers().filter(({ incarnation, final }) => !final && !gone.has(incarnation));
    const { stats } = this;
    return {
      ...head,
      users: headers.reduce((sum, { users }) => sum + users, 0),
      targetUsers: targetUsers ?? headers.reduce((sum, header) => sum + header.targetUsers, 0),
      usersByClass: sumByClass(headers),
      ...statsRows(stats, this.series),
      failures: failureRows(stats),
      exceptions: exceptionRows(stats),
      checks: checkRows(stats),
    };
  }

  private feel(header: SnapshotHeader, stats: RunStats, delta: RunStats, ms: number): void {
    const { incarnation, health } = header;
    const pulse = this.pulses.get(incarnation) ?? { rates: [], users: 0, inFlight: 0 };
    this.pulses.set(incarnation, pulse);
    pulse.users = Math.max(header.users, header.targetUsers);
    let ended = 0;
    for (const series of delta.allSeries()) ended += series.requests;
    // A very short difference says nothing of a rate.
    if (ms >= 100) {
      pulse.rates = [...pulse.rates, (ended * 1000) / ms].slice(-pulseLength);
      if (header.users > 0) this.ratePerUser = Math.max(0.9 * this.ratePerUser, (ended * 1000) / ms / header.users);
    }
    pulse.inFlight = 0;
    for (const series of stats.allSeries()) pulse.inFlight += Math.max(0, series.started - series.requests);
    const strain = this.strains.get(incarnation) ?? { snapshots: 0, lagging: 0 };
    this.strains.set(incarnation, strain);
    strain.snapshots++;
    if (health.loopLagMs > laggingMs) strain.lagging++;
  }
}

/** What is shown while there has been no run. */
export function emptyStats(): StatsView {
  return new RunNumbers('none').view({ runId: null, state: 'ready', elapsedSeconds: 0 }, new Set(), 0);
}

function sumByClass(headers: readonly SnapshotHeader[]): Record<string, number> {
  const users: Record<string, number> = {};
  for (const { usersByClass } of headers) {
    for (const [name, count] of Object.entries(usersByClass)) users[name] = (users[name] ?? 0) + count;
  }
  return users;
}
