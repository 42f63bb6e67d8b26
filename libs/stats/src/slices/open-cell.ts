/** The cell of the slice that a run is in, where what comes is only added to counts; a thousand workers add to it every second. */
import type { Histogram } from '../histogram/histogram.js';
import { type Cell, emptyCell } from './cell.js';
import { coarseCount, coarseOfFine } from './coarse.js';

export class OpenCell {
  /** Slice that it is of; -1 when it is of none. */
  slice = -1;
  /** Buckets in use. */
  used = 0;
  private readonly counts = new Float64Array(coarseCount);
  private lowest = coarseCount;
  private highest = -1;
  private requests = 0;
  private failures = 0;
  private sumUs = 0;

  addRequests(requests: number, failures: number): void {
    this.requests += requests;
    this.failures += failures;
  }

  addTimes(response: Histogram): void {
    if (response.count === 0) return;
    this.sumUs += response.sumUs;
    const coarse = coarseOfFine();
    response.forEachIndex((fine, count) => {
      const bucket = coarse[fine] as number;
      const before = this.counts[bucket] as number;
      if (before === 0) this.used++;
      this.counts[bucket] = before + count;
      if (bucket < this.lowest) this.lowest = bucket;
      if (bucket > this.highest) this.highest = bucket;
    });
  }

  /** What it holds, which it then holds no more. */
  take(): Cell {
    if (this.requests === 0) return this.empty(emptyCell);
    const buckets = new Uint16Array(this.used);
    const counts = new Float64Array(this.used);
    let next = 0;
    for (let bucket = this.lowest; bucket <= this.highest; bucket++) {
      const count = this.counts[bucket] as number;
      if (count === 0) continue;
      buckets[next] = bucket;
      counts[next++] = count;
    }
    const { requests, failures, sumUs } = this;
    return this.empty({ requests, failures, sumUs, buckets, counts });
  }

  private empty(taken: Cell): Cell {
    if (this.highest >= 0) this.counts.fill(0, this.lowest, this.highest + 1);
    this.lowest = coarseCount;
    this.highest = -1;
    this.used = 0;
    this.requests = this.failures = this.sumUs = 0;
    this.slice = -1;
    return taken;
  }
}
