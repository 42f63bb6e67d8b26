/** A sum of cells: percentiles, shares and means of any set of slices. Values between the edges of a bucket are taken as even. */
import type { Cell } from './cell.js';
import { coarseBucketOf, coarseCount, coarseLowUs } from './coarse.js';

export class Distribution {
  private readonly counts = new Float64Array(coarseCount);
  private lowest = coarseCount;
  private highest = -1;
  count = 0;
  sumUs = 0;
  requests = 0;
  failures = 0;

  static of(cells: Iterable<Cell>): Distribution {
    const sum = new Distribution();
    for (const cell of cells) sum.add(cell);
    return sum;
  }

  add({ buckets, counts, requests, failures, sumUs }: Cell): this {
    for (let index = 0; index < buckets.length; index++) {
      const bucket = buckets[index] as number;
      const count = counts[index] as number;
      this.counts[bucket] = (this.counts[bucket] as number) + count;
      this.count += count;
    }
    if (buckets.length > 0) {
      this.lowest = Math.min(this.lowest, buckets[0] as number);
      this.highest = Math.max(this.highest, buckets[buckets.length - 1] as number);
    }
    this.sumUs += sumUs;
    this.requests += requests;
    this.failures += failures;
    return this;
  }

  /** Empties it, to be used again. */
  clear(): this {
    if (this.highest >= 0) this.counts.fill(0, this.lowest, this.highest + 1);
    this.lowest = coarseCount;
    this.highest = -1;
    this.count = 0;
    this.sumUs = 0;
    this.requests = 0;
    this.failures = 0;
    return this;
  }

  get meanUs(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count;
  }

  /** The value below which the share `p` (0 to 1) of all values lies, microseconds; 0 while empty. */
  quantile(p: number): number {
    if (this.count === 0) return 0;
    const rank = Math.min(1, Math.max(0, p)) * this.count;
    let below = 0;
    for (let bucket = this.lowest; bucket <= this.highest; bucket++) {
      const count = this.counts[bucket] as number;
      if (count > 0 && below + count >= rank) {
        const low = coarseLowUs(bucket);
        return low + ((rank - below) / count) * (coarseLowUs(bucket + 1) - low);
      }
      below += count;
    }
    return coarseLowUs(this.highest + 1);
  }
}

/** How many values of a cell lie below a value, microseconds. */
export function countBelow({ buckets, counts }: Cell, valueUs: number): number {
  const bucket = coarseBucketOf(Math.floor(valueUs));
  let below = 0;
  for (let index = 0; index < buckets.length; index++) {
    const own = buckets[index] as number;
    if (own > bucket) break;
    if (own < bucket) below += counts[index] as number;
    else {
      const low = coarseLowUs(own);
      below += (counts[index] as number) * ((valueUs - low) / (coarseLowUs(own + 1) - low));
    }
  }
  return below;
}
