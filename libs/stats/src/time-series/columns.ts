/** The numbers of every second in flat arrays that grow by doubling: 56 bytes a second, so a day takes 5 MB. */
import type { SeriesPoint } from '@loadstar/shared';
import type { Histogram } from '../histogram/histogram.js';

const columnNames = ['requests', 'failures', 'users', 'targetUsers', 'p50', 'p95', 'p99'] as const;
type Column = (typeof columnNames)[number];

export class Columns {
  /** Seconds in use. */
  length = 0;
  private capacity = 64;
  private readonly columns: Record<Column, Float64Array>;

  /** @param limit most seconds kept */
  constructor(private readonly limit: number) {
    const entries = columnNames.map((name) => [name, new Float64Array(this.capacity)]);
    this.columns = Object.fromEntries(entries) as Record<Column, Float64Array>;
  }

  get bytes(): number {
    return this.capacity * columnNames.length * Float64Array.BYTES_PER_ELEMENT;
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
    if (wanted > this.capacity) {
      this.capacity = Math.min(this.limit, Math.max(wanted, this.capacity * 2));
      for (const name of columnNames) {
        const grown = new Float64Array(this.capacity);
        grown.set(this.columns[name]);
        this.columns[name] = grown;
      }
    }
    this.columns.users.fill(users, this.length, wanted);
    this.columns.targetUsers.fill(targetUsers, this.length, wanted);
    this.length = wanted;
  }

  count(second: number, requests: number, failures: number): void {
    this.add('requests', second, requests);
    this.add('failures', second, failures);
  }

  /** Changes the users of a second and of all after it. */
  addUsers(fromSecond: number, users: number, targetUsers: number): void {
    for (let second = fromSecond; second < this.length; second++) {
      this.add('users', second, users);
      this.add('targetUsers', second, targetUsers);
    }
  }

  percentiles(second: number, response: Histogram): void {
    this.columns.p50[second] = response.percentile(50) / 1_000;
    this.columns.p95[second] = response.percentile(95) / 1_000;
    this.columns.p99[second] = response.percentile(99) / 1_000;
    // Marks that there are times: a percentile of 0 ms is a value, not a gap.
    if (this.columns.p99[second] === 0) this.columns.p99[second] = Number.MIN_VALUE;
  }

  /** Sets all numbers of a second that exists. */
  set({ second, requests, failures, users, targetUsers, p50Ms, p95Ms, p99Ms }: SeriesPoint): void {
    const values = { requests, failures, users, targetUsers, p50: p50Ms ?? 0, p95: p95Ms ?? 0, p99: p99Ms ?? 0 };
    for (const name of columnNames) this.columns[name][second] = values[name];
    if (p99Ms === 0) this.columns.p99[second] = Number.MIN_VALUE;
  }

  point(second: number): SeriesPoint {
    const hasTimes = (this.columns.p99[second] ?? 0) > 0;
    const ms = (column: Column): number | null =>
      hasTimes ? Math.round((this.columns[column][second] ?? 0) * 1_000) / 1_000 : null;
    return {
      second,
      requests: this.columns.requests[second] ?? 0,
      failures: this.columns.failures[second] ?? 0,
      users: this.columns.users[second] ?? 0,
      targetUsers: this.columns.targetUsers[second] ?? 0,
      p50Ms: ms('p50'),
      p95Ms: ms('p95'),
      p99Ms: ms('p99'),
    };
  }

  private add(column: Column, second: number, amount: number): void {
    const values = this.columns[column];
    values[second] = (values[second] ?? 0) + amount;
  }
}
