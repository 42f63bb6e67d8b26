/**
 * All numbers of one run in the master: the ledger that every snapshot goes into, the series second by second, and what
 * is shown of them. Bounded by the bounds of @loadstar/stats, however long the run.
 */
import type { RunTotals, SeriesPoint, StatsView, ThresholdView } from '@loadstar/shared';
import {
  type Acceptance,
  checkRows,
  decodeSnapshot,
  exceptionRows,
  failureRows,
  Histogram,
  type JudgeMemory,
  Ledger,
  openSnapshot,
  type OpenSnapshot,
  RunJudge,
  RunStats,
  type SeriesStretch,
  type Snapshot,
  type SnapshotHeader,
  type StatsBytes,
  statsRows,
  taskRows,
  storeStats,
  TimeSeries,
} from '@loadstar/stats';
import type { StoredBaseline, StoredNumbers, StoredSnapshot } from '../store/number-store.js';
import { decodeMemory, encodeMemory } from './judge-memory.js';
import { Pulses } from './pulses.js';

export type RecentTimes = Pick<SeriesPoint, 'p50Ms' | 'p95Ms' | 'p99Ms'>;

/** What has changed since it was stored last. */
export interface UnsavedNumbers {
  readonly points: readonly SeriesPoint[];
  readonly baseline: StoredBaseline | undefined;
  /** What the judge of the run remembers, encoded. */
  readonly judge: Uint8Array | undefined;
}

/** Run time after which the memory of the judge is stored again, when nothing calls for it earlier, milliseconds. */
const memoryPeriodMs = 10_000;

export class RunNumbers {
  readonly ledger: Ledger;
  readonly series = new TimeSeries();
  private readonly pulses = new Pulses();
  private countedFromSecond = 0;
  /** Sum of all that was counted before the last reset. */
  private before = new RunStats();
  private isBaselineSaved = true;
  /** First second whose point is not stored as it is. */
  private unsavedFrom = Infinity;

  /** Run time at which the memory of the judge is due to be stored, milliseconds. */
  private memoryDueMs = 0;

  constructor(
    readonly runId: string,
    readonly judge = new RunJudge({}),
  ) {
    this.ledger = new Ledger(runId);
  }

  /** Takes in a snapshot. @throws LoadstarError MALFORMED_MESSAGE, see `Ledger.accept` */
  take(header: SnapshotHeader, stats: RunStats | StatsBytes): Acceptance['verdict'] {
    const result = this.ledger.accept({ header, stats } as Snapshot | OpenSnapshot);
    if (result.verdict !== 'accepted') return result.verdict;
    this.series.add(result.delta, result.sinceMs, result.untilMs);
    this.series.users(header.incarnation, header.elapsedMs, header.users, header.targetUsers);
    if (header.final) this.series.gone(header.incarnation, header.elapsedMs);
    this.changed(Math.min(result.sinceMs, header.elapsedMs));
    this.judge.take(header, result.delta, result.sinceMs, result.untilMs);
    this.pulses.feel(header, result.inFlight, result.delta, result.untilMs - result.sinceMs);
    return result.verdict;
  }

  /** Goes on with what another master has stored. For numbers that nothing was added to. */
  restore({ snapshots, points, baseline, judge }: StoredNumbers): void {
    if (baseline) this.before = decodeSnapshot(baseline.bytes).stats;
    const countedFromMs = baseline?.countedFromMs ?? 0;
    this.ledger.restore(
      opened(snapshots),
      baseline && { countedFromMs, before: this.before },
      (header, { inFlight, delta }) => this.pulses.restore(header, inFlight, delta),
    );
    const headers = this.ledger.headers();
    this.countedFromSecond = Math.floor(countedFromMs / 1000);
    this.series.restore(
      points,
      headers.filter(({ final }) => !final),
    );
    const memory: JudgeMemory | undefined = judge && decodeMemory(judge);
    const elapsedMs = Math.max(0, ...headers.map((header) => header.elapsedMs));
    this.judge.restore(memory, { total: this.stats, elapsedMs, countedFromMs, users: usersBySecond(points) });
    this.memoryDueMs = elapsedMs + memoryPeriodMs;
  }

  /** Has the memory of the judge stored with what is stored next. */
  rememberNow(): void {
    this.memoryDueMs = 0;
  }

  /** How the thresholds stand at this moment. @param gone incarnations whose users are not there any more */
  look(elapsedMs: number, gone: ReadonlySet<string>): ThresholdView[] {
    const before = this.judge.thresholds;
    const now = this.judge.look(elapsedMs, this.usersNow(gone));
    if (now.some(({ state }, index) => state !== before[index]?.state)) this.rememberNow();
    return now;
  }

  /** Hands over what has to be stored, which then counts as stored; see `notSaved`. */
  takeUnsaved(): UnsavedNumbers {
    const points = this.unsavedFrom === Infinity ? [] : this.series.points(this.unsavedFrom);
    const { countedFromMs } = this.ledger;
    const bytes = this.isBaselineSaved ? undefined : Buffer.from(storeStats(this.runId, this.before), 'base64');
    this.unsavedFrom = Infinity;
    this.isBaselineSaved = true;
    return { points, baseline: bytes && { countedFromMs, bytes }, judge: this.takeMemory() };
  }

  /** It could not be stored after all. */
  notSaved({ points, baseline, judge }: UnsavedNumbers): void {
    for (const { second } of points.slice(0, 1)) this.unsavedFrom = Math.min(this.unsavedFrom, second);
    if (baseline) this.isBaselineSaved = false;
    if (judge) this.rememberNow();
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
    this.judge.reset(elapsedMs);
    this.rememberNow();
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
  points(fromSecond = 0, stretch?: SeriesStretch): SeriesPoint[] {
    return this.series.points(Math.max(fromSecond, this.countedFromSecond), stretch);
  }

  /** The same in a bounded number of points, see `TimeSeries.overview`. */
  overview(): SeriesPoint[] {
    return this.series.overview(this.countedFromSecond);
  }

  /** See `Pulses`. */
  unreportedAtMost(incarnation: string, hiddenMs: number, users: number): number {
    return this.pulses.unreportedAtMost(incarnation, hiddenMs, users);
  }

  /** Whether nothing bounds what an incarnation did without telling, because no rate is known of anybody. */
  isBoundless(incarnation: string): boolean {
    return this.pulses.isBoundless(incarnation);
  }

  /** @param gone incarnations whose users are not there any more, whatever their last snapshot said */
  view(
    head: Pick<StatsView, 'runId' | 'state' | 'elapsedSeconds'>,
    gone: ReadonlySet<string>,
    targetUsers: number | undefined,
  ): StatsView {
    const headers = this.present(gone);
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
      tasks: taskRows(stats),
    };
  }

  private usersNow(gone: ReadonlySet<string>): number {
    return this.present(gone).reduce((sum, { users }) => sum + users, 0);
  }

  /** Of those that still have users, as far as is known. */
  private present(gone: ReadonlySet<string>): SnapshotHeader[] {
    return this.ledger.headers().filter(({ incarnation, final }) => !final && !gone.has(incarnation));
  }

  private takeMemory(): Uint8Array | undefined {
    const elapsedMs = Math.max(0, ...this.ledger.headers().map((header) => header.elapsedMs));
    if (elapsedMs < this.memoryDueMs) return undefined;
    this.memoryDueMs = elapsedMs + memoryPeriodMs;
    return encodeMemory(this.judge.memory());
  }

  private changed(sinceMs: number): void {
    this.unsavedFrom = Math.min(this.unsavedFrom, Math.max(0, Math.floor(sinceMs / 1000)));
  }
}

/** One by one: those of a large fleet, read all at once, would be more than the rest of the master. */
function* opened(snapshots: readonly StoredSnapshot[]): Iterable<OpenSnapshot> {
  for (const { bytes } of snapshots) yield openSnapshot(bytes);
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

/** Users by the second of run time, from the points that are stored; a second without one is as the one before. */
function usersBySecond(points: readonly SeriesPoint[]): number[] {
  const users: number[] = [];
  for (const point of points) {
    while (users.length < point.second) users.push(users.at(-1) ?? 0);
    users[point.second] = point.users;
  }
  return users;
}
