/** The numbers of one (user class, method, name): the unit that the engine records into and that everything merges. */
import { Times } from '../histogram/times.js';
import { type Outcome, outcomeIndex, outcomes } from '../outcome.js';
import { keyOf } from './groups.js';

export interface SeriesKey {
  readonly userClass: string;
  readonly method: string;
  readonly name: string;
}

/** What tells a series from all others. */
export function idOfSeries({ userClass, method, name }: SeriesKey): string {
  return keyOf(userClass, method, name);
}

export class Series {
  /** Attempts begun. */
  started = 0;
  /** Attempts ended, by the index of their outcome. */
  readonly counts = new Float64Array(outcomes.length);
  /** Bytes of response bodies, and of request bodies. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Milliseconds of run time at the last end of an attempt; 0 before the first. */
  lastMs = 0;

  /**
   * @param id the key as one text, see `idOfSeries`
   * @param ok times of the attempts that ended `ok`
   * @param failed those of all others
   */
  constructor(
    readonly key: SeriesKey,
    readonly id = idOfSeries(key),
    public ok = new Times(),
    public failed = new Times(),
  ) {}

  /** Attempts ended. */
  get requests(): number {
    let sum = 0;
    for (const count of this.counts) sum += count;
    return sum;
  }

  /** Attempts ended otherwise than `ok`. */
  get failures(): number {
    return this.requests - (this.counts[0] ?? 0);
  }

  /** Attempts begun and not ended. Right after a reset more can have ended than begun. */
  get inFlight(): number {
    return Math.max(0, this.started - this.requests);
  }

  start(): void {
    this.started++;
  }

  /** Counts the end of an attempt. Times in microseconds, `elapsedMs` of run time. */
  finish(outcome: Outcome, serviceUs: number, responseUs: number, bytesReceived: number, elapsedMs: number): void {
    const index = outcomeIndex(outcome);
    this.counts[index] = (this.counts[index] as number) + 1;
    if (index === 0) this.ok.record(serviceUs, responseUs);
    else this.failed.record(serviceUs, responseUs);
    this.bytesReceived += bytesReceived;
    if (elapsedMs > this.lastMs) this.lastMs = elapsedMs;
  }

  merge(other: Series): this {
    this.started += other.started;
    for (let index = 0; index < this.counts.length; index++) {
      this.counts[index] = (this.counts[index] ?? 0) + (other.counts[index] ?? 0);
    }
    this.ok.merge(other.ok);
    this.failed.merge(other.failed);
    this.bytesReceived += other.bytesReceived;
    this.bytesSent += other.bytesSent;
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    return this;
  }

  /** What happened since an earlier state of the same series; undefined when nothing did. */
  since(earlier: Series): Series | undefined {
    const requests = this.requests - earlier.requests;
    if (requests === 0 && this.started === earlier.started && this.bytesSent === earlier.bytesSent) return undefined;
    const difference = new Series(
      this.key,
      this.id,
      this.ok.subtract(earlier.ok),
      this.failed.subtract(earlier.failed),
    );
    difference.started = this.started - earlier.started;
    for (let index = 0; index < this.counts.length; index++) {
      difference.counts[index] = (this.counts[index] ?? 0) - (earlier.counts[index] ?? 0);
    }
    difference.bytesReceived = this.bytesReceived - earlier.bytesReceived;
    difference.bytesSent = this.bytesSent - earlier.bytesSent;
    difference.lastMs = this.lastMs;
    return difference;
  }

  /** Whether this can be a later state of `earlier`: no number is smaller. */
  covers(earlier: Series): boolean {
    return (
      this.started >= earlier.started &&
      this.counts.every((count, index) => count >= (earlier.counts[index] ?? 0)) &&
      this.bytesReceived >= earlier.bytesReceived &&
      this.bytesSent >= earlier.bytesSent &&
      this.ok.covers(earlier.ok) &&
      this.failed.covers(earlier.failed)
    );
  }

  clone(): Series {
    return new Series(this.key, this.id).merge(this);
  }
}
