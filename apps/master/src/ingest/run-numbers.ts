/**
 * All numbers of one run in the master: the ledger that every snapshot goes into, the series second by second, and what
 * is shown of them. Bounded by the bounds of @loadstar/stats, however long the run.
 */
import type { RunTotals, SeriesPoint, StatsView } from '@loadstar/shared';
import {
  type Acceptance,
  checkRows,
  decodeSnapshot,
  exceptionRows,
  failureRows,
  Histogram,
  Ledger,
  RunStats,
  type SnapshotHeader,
  statsRows,
  storeStats,
  TimeSeries,
} from '@loadstar/stats';
import type { StoredBaseline, StoredNumbers } from '../store/number-store.js';
import { GeneratorWatch, type Strain } from './generator-watch.js';

export type RecentTimes = Pick<SeriesPoint, 'p50Ms' | 'p95Ms' | 'p99Ms'>;

/** What has changed since it was stored last. */
export interface UnsavedNumbers {
  readonly points: readonly SeriesPoint[];
  readonly baseline: StoredBaseline | undefined;
}

export class RunNumbers {
  readonly ledger: Ledger;
  readonly series = new TimeSeries();
  private readonly generators = new GeneratorWatch();
  private countedFromSecond = 0;
  /** Sum of all that was counted before the last reset. */
  private before = new RunStats();
  private isBaselineSaved = true;
  /** First second whose point is not stored as it is. */
  private unsavedFrom = Infinity;

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
    this.changed(Math.min(result.sinceMs, header.elapsedMs));
    this.generators.feel(header, stats, result.delta, result.untilMs - result.sinceMs);
    return result.verdict;
  }

  /** Goes on with what another master has stored. For numbers that nothing was added to. */
  restore({ snapshots, points, baseline }: StoredNumbers): void {
    const decoded = snapshots.map(({ bytes, ...strain }) => ({ ...decodeSnapshot(bytes), strain }));
    if (baseline) this.before = decodeSnapshot(baseline.bytes).stats;
    const countedFromMs = baseline?.countedFromMs ?? 0;
    this.ledger.restore(decoded, baseline && { countedFromMs, before: this.before });
    this.countedFromSecond = Math.floor(countedFromMs / 1000);
    const present = decoded.filter(({ header }) => !header.final).map(({ header }) => header);
    this.series.restore(points, present);
    for (const { header, stats, strain } of decoded) this.generators.restore(header, stats, strain);
  }

  /** Hands over what has to be stored, which then counts as stored; see `notSaved`. */
  takeUnsaved(): UnsavedNumbers {
    const points = this.unsavedFrom === Infinity ? [] : this.series.points(this.unsavedFrom);
    const { countedFromMs } = this.ledger;
    const bytes = this.isBaselineSaved ? undefined : Buffer.from(storeStats(this.runId, this.before), 'base64');
    this.unsavedFrom = Infinity;
    this.isBaselineSaved = true;
    return { points, baseline: bytes && { countedFromMs, bytes } };
  }

  /** It could not be stored after all. */
  notSaved({ points, baseline }: UnsavedNumbers): void {
    for (const { second } of points.slice(0, 1)) this.unsavedFrom = Math.min(this.unsavedFrom, second);
    if (baseline) this.isBaselineSaved = false;
  }

  /** A worker will not be heard again for now: its users do not count any more. */
  gone(incarnation: string, elapsedMs: number): void {
    this.series.gone(incarnation, elapsedMs);
    this.changed(elapsedMs);
  }

  /** Counts from this moment of the run on. */
  reset(elapsedMs: number): void {
    this.before.merge(this.stats);
    this.isBaselineSaved = false;
    this.ledger.resetAt(elapsedMs);
    this.countedFromSecond = Math.floor(elapsedMs / 1000);
  }

  get stats(): RunStats {
    return this.ledger.total();
  }

  /** The run in three numbers. */
  get totals(): RunTotals {
    const response = new Histogram();
    const totals = { requests: 0, failures: 0 };
    for (const series of this.stats.allSeries()) {
      totals.requests += series.requests;
      totals.failures += series.failures;
      response.merge(series.ok.response).merge(series.failed.response);
    }
    return { ...totals, p95Ms: msOf(response, 95) ?? 0 };
  }

  /** Percentiles of the response times of the last ten whole seconds, milliseconds; null without a request in them. */
  get recent(): RecentTimes {
    const response = this.series.recentResponse();
    return { p50Ms: msOf(response, 50), p95Ms: msOf(response, 95), p99Ms: msOf(response, 99) };
  }

  /** @param fromSecond seconds since the start of the run; what was before the last reset is not shown */
  points(fromSecond = 0): SeriesPoint[] {
    return this.series.points(Math.max(fromSecond, this.countedFromSecond));
  }

  /** See `GeneratorWatch`. */
  unreportedAtMost(incarnation: string, hiddenMs: number, users: number): number {
    return this.generators.unreportedAtMost(incarnation, hiddenMs, users);
  }

  strain(incarnation: string): Strain {
    return this.generators.strain(incarnation);
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

  private changed(sinceMs: number): void {
    this.unsavedFrom = Math.min(this.unsavedFrom, Math.max(0, Math.floor(sinceMs / 1000)));
  }
}

const msOf = (times: Histogram, percentile: number): number | null =>
  times.count === 0 ? null : Math.round(times.percentile(percentile)) / 1000;

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
