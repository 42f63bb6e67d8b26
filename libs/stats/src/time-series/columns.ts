/** The numbers of every second in flat arrays that grow by doubling: 180 bytes a second, so a day takes 16 MB. */
import type { SeriesPoint } from '@loadstar/shared';
import type { Histogram } from '../histogram/histogram.js';
import { latencyBuckets } from './latency-buckets.js';

const columnNames = [
  'requests',
  'failures',
  'users',
  'targetUsers',
  'p50',
  'p95',
  'p99',
  'serviceP50',
  'serviceP95',
  'serviceP99',
] as const;
type Column = (typeof columnNames)[number];

export class Columns {
  /** Seconds in use. */
  length = 0;
  private capacity = 64;
  private readonly columns: Record<Column, Float64Array>;
  /** Requests by response time: `latencyBuckets` numbers a second. */
  private latency = new Uint32Array(this.capacity * latencyBuckets);
  /** 1 for a second that somebody reported on by itself, and not only as a part of a longer time. */
  private told = new Uint8Array(this.capacity);

  /** @param limit most seconds kept */
  constructor(private readonly limit: number) {
    const entries = columnNames.map((name) => [name, new Float64Array(this.capacity)]);
    this.columns = Object.fromEntries(entries) as Record<Column, Float64Array>;
  }

  get bytes(): number {
    return this.capacity * columnNames.length * Float64Array.BYTES_PER_ELEMENT + this.latency.byteLength;
  }

  get peakUsers(): number {
    let peak = 0;
    for (let second = 0; second < this.length; second++) peak = Math.max(peak, this.columns.users[second] ?? 0);
    return peak;
  }

  /** Makes room up to a length; new seconds are zero but for the users given. */
  extend(length: number, users: number, targetUsers: number): void {
    const wanted = Math.min(length, this.limit);
    if (wanted <= this.length) return;
    if (wanted > this.capacity) this.grow(Math.min(this.limit, Math.max(wanted, this.capacity * 2)));
    this.columns.users.fill(users, this.length, wanted);
    this.columns.targetUsers.fill(targetUsers, this.length, wanted);
    this.length = wanted;
  }

  count(second: number, requests: number, failures: number): void {
    this.add('requests', second, requests);
    this.add('failures', second, failures);
  }

  countLatency(second: number, bucket: number, count: number): void {
    const at = second * latencyBuckets + bucket;
    this.latency[at] = (this.latency[at] ?? 0) + count;
  }

  /** Somebody reported on this second by itself. */
  tell(second: number): void {
    this.told[second] = 1;
  }

  /** Changes the users of a second and of all after it, or of those before `toSecond`. */
  addUsers(fromSecond: number, users: number, targetUsers: number, toSecond = this.length): void {
    for (let second = fromSecond; second < Math.min(toSecond, this.length); second++) {
      this.add('users', second, users);
      this.add('targetUsers', second, targetUsers);
    }
  }

  percentiles(second: number, response: Histogram, service: Histogram): void {
    const { columns } = this;
    columns.p50[second] = response.percentile(50) / 1_000;
    columns.p95[second] = response.percentile(95) / 1_000;
    columns.p99[second] = response.percentile(99) / 1_000;
    columns.serviceP50[second] = service.percentile(50) / 1_000;
    columns.serviceP95[second] = service.percentile(95) / 1_000;
    columns.serviceP99[second] = service.percentile(99) / 1_000;
    // Marks that there are times: a percentile of 0 ms is a value, not a gap.
    if (columns.p99[second] === 0) columns.p99[second] = Number.MIN_VALUE;
  }

  /** Sets all numbers of a second that exists. */
  set(point: SeriesPoint): void {
    const { second, requests, failures, users, targetUsers, p50Ms, p95Ms, p99Ms } = point;
    const values: Record<Column, number> = {
      requests,
      failures,
      users,
      targetUsers,
      p50: p50Ms ?? 0,
      p95: p95Ms ?? 0,
      p99: p99Ms ?? 0,
      // Points that an earlier version has stored know response times alone.
      serviceP50: point.serviceP50Ms ?? p50Ms ?? 0,
      serviceP95: point.serviceP95Ms ?? p95Ms ?? 0,
      serviceP99: point.serviceP99Ms ?? p99Ms ?? 0,
    };
    for (const name of columnNames) this.columns[name][second] = values[name];
    if (p99Ms === 0) this.columns.p99[second] = Number.MIN_VALUE;
    this.told[second] = point.gap ? 0 : 1;
    const from = second * latencyBuckets;
    this.latency.fill(0, from, from + latencyBuckets);
    point.latency?.slice(0, latencyBuckets).forEach((count, bucket) => this.countLatency(second, bucket, count));
  }

  /**
   * The seconds from one to another as one point, which is what `SeriesPoint` says of several: counts in sum, users at
   * most, percentiles of the worst of them, because the times of old seconds are not there any more to be merged.
   *
   * @param end the second after the last
   */
  point(second: number, end = second + 1): SeriesPoint {
    const hasTimes = this.most('p99', second, end) > 0;
    const ms = (column: Column): number | null =>
      hasTimes ? Math.round(this.most(column, second, end) * 1_000) / 1_000 : null;
    const latency = this.latencyOf(second, end);
    return {
      second,
      ...(end - second === 1 ? {} : { seconds: end - second }),
      requests: this.sum('requests', second, end),
      failures: this.sum('failures', second, end),
      users: this.most('users', second, end),
      targetUsers: this.most('targetUsers', second, end),
      p50Ms: ms('p50'),
      p95Ms: ms('p95'),
      p99Ms: ms('p99'),
      serviceP50Ms: ms('serviceP50'),
      serviceP95Ms: ms('serviceP95'),
      serviceP99Ms: ms('serviceP99'),
      ...(latency.length === 0 ? {} : { latency }),
      ...(this.told.subarray(second, end).includes(1) ? {} : { gap: true }),
    };
  }

  private sum(column: Column, from: number, end: number): number {
    const values = this.columns[column];
    let sum = 0;
    for (let second = from; second < end; second++) sum += values[second] ?? 0;
    return sum;
  }

  private most(column: Column, from: number, end: number): number {
    const values = this.columns[column];
    let most = 0;
    for (let second = from; second < end; second++) most = Math.max(most, values[second] ?? 0);
    return most;
  }

  /** Without the zeros at the end. */
  private latencyOf(from: number, end: number): number[] {
    const counts: number[] = Array.from({ length: latencyBuckets }, () => 0);
    let used = 0;
    for (let at = from * latencyBuckets, bucket = 0; at < end * latencyBuckets; at++) {
      const count = this.latency[at] ?? 0;
      if (count > 0) {
        counts[bucket] = (counts[bucket] ?? 0) + count;
        used = Math.max(used, bucket + 1);
      }
      bucket = bucket + 1 === latencyBuckets ? 0 : bucket + 1;
    }
    return counts.slice(0, used);
  }

  private grow(capacity: number): void {
    for (const name of columnNames) {
      const grown = new Float64Array(capacity);
      grown.set(this.columns[name]);
      this.columns[name] = grown;
    }
    const latency = new Uint32Array(capacity * latencyBuckets);
    latency.set(this.latency);
    this.latency = latency;
    const told = new Uint8Array(capacity);
    told.set(this.told);
    this.told = told;
    this.capacity = capacity;
  }

  private add(column: Column, second: number, amount: number): void {
    const values = this.columns[column];
    values[second] = (values[second] ?? 0) + amount;
  }
}
