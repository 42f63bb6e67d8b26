/**
 * The run second by second, over all workers. A delta says what happened from one moment to another, which seldom are
 * whole seconds. Rule: its counts are dealt to the seconds it covers in proportion to the overlap, rounded so that they
 * stay whole and add up exactly; its distribution of times goes, undivided, to each second of which it covers at least
 * half, or else to the one it overlaps most. A second that only deltas of more than 2.5 s cover is a gap: its counts
 * are right in sum, but nobody has measured it by itself.
 *
 * Memory: numbers only for old seconds (180 bytes each, up to a week); names and histograms for the last 15 seconds.
 */
import type { SeriesPoint } from '@loadstar/shared';
import { Histogram } from '../histogram/histogram.js';
import { Times } from '../histogram/times.js';
import type { RunStats } from '../run-stats/run-stats.js';
import { Columns } from './columns.js';
import { exactSeconds, overviewStep } from './overview.js';
import { byLatency, dealLatency } from './latency-buckets.js';
import { deal, distributionSeconds, secondOf, type SecondPart, splitSeconds } from './spread.js';

/** Seconds of a series; what comes later is counted in the last one. */
export const secondLimit = 7 * 86_400;
const detailSeconds = 15;
const windowSeconds = 10;
/** How far the window ends before the newest second, so that every worker has reported on it. */
const windowDelaySeconds = 2;
/** Snapshots come about once a second; a delta of more than this is of several seconds that nobody told apart. */
const longestTellingMs = 2_500;

/** Which part of a series, and how fine; left out: to its end, second by second. */
export interface SeriesStretch {
  /** The second after the last one wanted. */
  endSecond?: number;
  /** Seconds that are taken together in one point, 1 or more; points begin at its multiples. */
  step?: number;
}

export interface RecentRates {
  requestsPerSecond: number;
  failuresPerSecond: number;
}

interface NameCounts {
  requests: number;
  failures: number;
}

interface Detail {
  second: number;
  byName: Map<string, NameCounts>;
  times: Times;
}

interface UserCounts {
  users: number;
  targetUsers: number;
}

interface Presence extends UserCounts {
  second: number;
  /** Most that was said in that second, which is what the second shows. */
  most: UserCounts;
}

const nobody: UserCounts = { users: 0, targetUsers: 0 };

export class TimeSeries {
  private readonly columns = new Columns(secondLimit);
  private readonly details = new Map<number, Detail>();
  /** Seconds whose percentiles are older than their times; they cost too much to be taken after every snapshot. */
  private readonly unmeasured = new Set<number>();
  private readonly presences = new Map<string, Presence>();
  /** Sum of the presences: what a new second starts with. */
  private readonly present = { users: 0, targetUsers: 0 };

  /** Seconds that points exist for. */
  get length(): number {
    return this.columns.length;
  }

  /** Bytes that it takes, about. */
  get memoryBytes(): number {
    let bytes = this.columns.bytes;
    for (const { times } of this.details.values()) {
      bytes += times.response.pageBytes + (times.shared ? 0 : times.service.pageBytes);
    }
    return bytes;
  }

  /**
   * Adds what one incarnation did between two moments.
   *
   * @param delta the difference of two of its snapshots
   * @param fromMs milliseconds of run time that the delta begins at
   * @param toMs milliseconds of run time that it ends at
   */
  add(delta: RunStats, fromMs: number, toMs: number): void {
    const parts = splitSeconds(fromMs, toMs, secondLimit);
    const times: Times[] = [];
    for (const series of delta.allSeries()) {
      for (const some of [series.ok, series.failed]) if (some.response.count > 0) times.push(some);
      // Failures and successes are dealt apart, so that no second has more failures than requests.
      const failures = deal(series.failures, parts);
      const successes = deal(series.requests - series.failures, parts);
      const name = nameKey(series.key.method, series.key.name);
      parts.forEach(({ second }, index) => {
        const failed = failures[index] ?? 0;
        this.count(second, name, failed + (successes[index] ?? 0), failed);
      });
    }
    if (toMs - fromMs <= longestTellingMs) this.tell(parts);
    if (times.length === 0) return;
    for (const { second } of distributionSeconds(parts)) this.distribute(second, times);
    const latency = byLatency(times.map(({ response }) => response));
    dealLatency(latency, parts, (second, bucket, count) => {
      this.extendTo(second);
      this.columns.countLatency(second, bucket, count);
    });
  }

  /**
   * Says how many users an incarnation has. It counts with that number from this second on until it says otherwise; of
   * several statements in one second that second shows the highest, or a short run, over in the second it was first
   * heard in, would seem to have had nobody.
   *
   * @param elapsedMs milliseconds of run time of the statement; an older one than known is ignored
   */
  users(incarnation: string, elapsedMs: number, users: number, targetUsers: number): void {
    const second = secondOf(elapsedMs, secondLimit);
    const known = this.presences.get(incarnation) ?? { second: 0, ...nobody, most: nobody };
    if (second < known.second) return;
    this.columns.extend(second + 1, this.present.users, this.present.targetUsers);
    const isSame = second === known.second;
    const shown = isSame ? known.most : known;
    const floor = isSame ? known.most : nobody;
    const most = { users: Math.max(users, floor.users), targetUsers: Math.max(targetUsers, floor.targetUsers) };
    this.columns.addUsers(second, most.users - shown.users, most.targetUsers - shown.targetUsers, second + 1);
    this.columns.addUsers(second + 1, users - known.users, targetUsers - known.targetUsers);
    this.presences.set(incarnation, { second, users, targetUsers, most });
    this.present.users += users - known.users;
    this.present.targetUsers += targetUsers - known.targetUsers;
  }

  /** Ends the presence of an incarnation: from this second on its users count no more. */
  gone(incarnation: string, elapsedMs: number): void {
    this.users(incarnation, elapsedMs, 0, 0);
    this.presences.delete(incarnation);
  }

  /**
   * Goes on with the series of another master. For a series that nothing was added to.
   *
   * @param points by second; seconds between them are taken as empty
   * @param present users of the incarnations that still had some
   */
  restore(
    points: readonly SeriesPoint[],
    present: readonly { incarnation: string; elapsedMs: number; users: number; targetUsers: number }[],
  ): void {
    for (const point of points) {
      if (point.second >= secondLimit) continue;
      this.columns.extend(point.second + 1, 0, 0);
      this.columns.set(point);
    }
    for (const { incarnation, elapsedMs, users, targetUsers } of present) {
      const most = { users, targetUsers };
      this.presences.set(incarnation, { second: secondOf(elapsedMs, secondLimit), users, targetUsers, most });
      this.present.users += users;
      this.present.targetUsers += targetUsers;
    }
  }

  /** Points from a second on; the newest one may still grow. */
  points(fromSecond = 0, { endSecond = Infinity, step = 1 }: SeriesStretch = {}): SeriesPoint[] {
    const points: SeriesPoint[] = [];
    for (const second of this.unmeasured) this.measure(second);
    const end = Math.min(this.columns.length, endSecond);
    for (let second = Math.max(0, Math.floor(fromSecond)); second < end;) {
      const next = Math.min(end, (Math.floor(second / step) + 1) * step);
      points.push(this.columns.point(second, next));
      second = next;
    }
    return points;
  }

  /** All from a second on in about 2,000 points at most, however long: see `overview.ts`. The newest are seconds. */
  overview(fromSecond = 0): SeriesPoint[] {
    const from = Math.max(0, Math.floor(fromSecond));
    const exactFrom = Math.max(from, this.columns.length - exactSeconds);
    const step = overviewStep(exactFrom - from);
    return [...this.points(from, { endSecond: exactFrom, step }), ...this.points(exactFrom)];
  }

  /** Greatest number of users of any second. */
  get peakUsers(): number {
    return this.columns.peakUsers;
  }

  /** Rates over the last ten whole seconds: those from 12 to 2 seconds before the newest, as Locust has it. */
  recentRates(): { total: RecentRates; of(method: string, name: string): RecentRates } {
    const { from, to } = this.window();
    const byName = new Map<string, NameCounts>();
    const total: NameCounts = { requests: 0, failures: 0 };
    for (const detail of this.windowDetails()) {
      for (const [name, counts] of detail.byName) {
        addTo(byName, name, counts.requests, counts.failures);
        total.requests += counts.requests;
        total.failures += counts.failures;
      }
    }
    const rates = (counts: NameCounts | undefined): RecentRates => ({
      requestsPerSecond: to > from ? (counts?.requests ?? 0) / (to - from) : 0,
      failuresPerSecond: to > from ? (counts?.failures ?? 0) / (to - from) : 0,
    });
    return { total: rates(total), of: (method, name) => rates(byName.get(nameKey(method, name))) };
  }

  /** Response times of all requests over the same window; empty when there were none. */
  recentResponse(): Histogram {
    const merged = new Histogram();
    for (const detail of this.windowDetails()) merged.merge(detail.times.response);
    return merged;
  }

  private window(): { from: number; to: number } {
    // While the run is younger than the delay, what there is is better than nothing.
    const to =
      this.columns.length > windowDelaySeconds ? this.columns.length - windowDelaySeconds : this.columns.length;
    return { from: Math.max(0, to - windowSeconds), to };
  }

  private windowDetails(): Detail[] {
    const { from, to } = this.window();
    return [...this.details.values()].filter(({ second }) => second >= from && second < to);
  }

  private count(second: number, name: string, requests: number, failures: number): void {
    if (requests === 0 && failures === 0) return;
    this.extendTo(second);
    this.columns.count(second, requests, failures);
    const detail = this.detail(second);
    if (detail !== undefined) addTo(detail.byName, name, requests, failures);
  }

  private tell(parts: readonly SecondPart[]): void {
    for (const { second } of parts) {
      this.extendTo(second);
      this.columns.tell(second);
    }
  }

  private distribute(second: number, times: readonly Times[]): void {
    this.extendTo(second);
    const detail = this.detail(second);
    if (detail === undefined) return;
    // Each has few values, so they are added one by one and never to a histogram of their own.
    for (const some of times) detail.times.merge(some);
    this.unmeasured.add(second);
  }

  private measure(second: number): void {
    const times = this.details.get(second)?.times;
    if (times !== undefined) this.columns.percentiles(second, times.response, times.service);
    this.unmeasured.delete(second);
  }

  /** Names and times of a second; undefined when it is too old to keep them. */
  private detail(second: number): Detail | undefined {
    const oldest = this.columns.length - detailSeconds;
    if (second < oldest) return undefined;
    let detail = this.details.get(second);
    if (detail === undefined) {
      this.details.set(second, (detail = { second, byName: new Map(), times: new Times() }));
      for (const known of this.details.keys()) {
        if (known >= oldest) continue;
        if (this.unmeasured.has(known)) this.measure(known);
        this.details.delete(known);
      }
    }
    return detail;
  }

  private extendTo(second: number): void {
    this.columns.extend(second + 1, this.present.users, this.present.targetUsers);
  }
}

function nameKey(method: string, name: string): string {
  return `${method} ${name}`;
}

function addTo(into: Map<string, NameCounts>, name: string, requests: number, failures: number): void {
  const counts = into.get(name);
  if (counts === undefined) into.set(name, { requests, failures });
  else {
    counts.requests += requests;
    counts.failures += failures;
  }
}
