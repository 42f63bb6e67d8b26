/**
 * A mergeable histogram of durations: exact count, sum, minimum and maximum, percentiles within 0.1 %, and a size that
 * depends on the spread of the values, never on their number. Layout: `buckets.ts`.
 */
import {
  bucketHighUs,
  bucketLowUs,
  bucketOf,
  int32LimitUs,
  maxValueUs,
  pageBits,
  pageCount,
  pageSize,
  smallBucketOf,
} from './buckets.js';
import { difference as packedDifference, includes, pack, type Packed } from './packed.js';

const pageMask = pageSize - 1;
/** Of one bucket that is packed, as a rule. */
const packedBytes = 6;

/** A histogram that is only kept: its buckets in use, in two flat arrays. */
export interface HistogramParts {
  /** Indexes in the layout, ascending. */
  readonly buckets: Uint16Array;
  readonly counts: Float64Array;
  readonly count: number;
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
}

type Pages = (Float64Array | undefined)[];

/** What every empty histogram points to; replaced on the first record, so that unused ones cost next to nothing. */
const noPages: Pages = new Array<undefined>(pageCount).fill(undefined);

export class Histogram {
  /** Values recorded. */
  count = 0;
  /** Sum of all values, microseconds; exact below 2^53. */
  sumUs = 0;
  private low = Number.MAX_SAFE_INTEGER;
  private high = 0;
  private pages: Pages = noPages;
  /** Holds the buckets instead of the pages from decoding until something is recorded or merged into this. */
  private packed: Packed | undefined;

  /** Smallest value, microseconds; 0 while empty. */
  get minUs(): number {
    return this.count === 0 ? 0 : this.low;
  }

  /** Greatest value, microseconds; 0 while empty. */
  get maxUs(): number {
    return this.high;
  }

  /** Mean, microseconds; 0 while empty. */
  get meanUs(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count;
  }

  /**
   * Counts one value. Fractions are rounded; what is negative or not a number counts as 0, what is beyond 2^36 us as
   * the greatest value. Allocates only on the first value of a page.
   *
   * @param valueUs microseconds
   */
  record(valueUs: number): void {
    let value: number;
    let bucket: number;
    if (valueUs >= 0 && valueUs < int32LimitUs) {
      value = (valueUs + 0.5) | 0;
      bucket = smallBucketOf(value);
    } else {
      value = outOfRange(valueUs);
      bucket = bucketOf(value);
    }
    const page = this.pages[bucket >> pageBits] ?? this.newPage(bucket >> pageBits);
    const slot = bucket & pageMask;
    page[slot] = (page[slot] as number) + 1;
    this.count++;
    this.sumUs += value;
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }

  /** Adds everything the other one holds. The order of merges makes no difference to the result. */
  merge(other: Histogram): this {
    if (other.count === 0) return this;
    if (other.packed === undefined) this.addPages(other.pages);
    else if (this.pages === noPages && this.packed === undefined) this.packed = other.packed;
    else this.addPacked(other.packed);
    this.count += other.count;
    this.sumUs += other.sumUs;
    this.low = Math.min(this.low, other.low);
    this.high = Math.max(this.high, other.high);
    return this;
  }

  /**
   * What was recorded since an earlier state of the same histogram. Counts and sum are exact. Minimum and maximum are
   * exact where this state set a new one, and otherwise the edges of the outermost buckets, never outside this state's.
   * So adding successive differences up gives back the exact extremes.
   *
   * @param earlier a state that `covers` accepts; with another one counts may come out negative
   */
  subtract(earlier: Histogram): Histogram {
    const difference = new Histogram();
    if (this.packed !== undefined && (earlier.packed !== undefined || earlier.pages === noPages)) {
      difference.packed = packedDifference(this.packed, earlier.packed);
      const { buckets, from = 0, to = 0 } = difference.packed ?? {};
      return this.since(earlier, difference, buckets?.[from] ?? -1, buckets?.[to - 1] ?? -1);
    }
    if (this.packed !== undefined) return this.unpacked().subtract(earlier);
    if (earlier.packed !== undefined) return this.subtract(earlier.unpacked());
    let first = -1;
    let last = -1;
    for (let index = 0; index < pageCount; index++) {
      const now = this.pages[index];
      if (now === undefined) continue;
      const then = earlier.pages[index];
      for (let slot = 0; slot < pageSize; slot++) {
        const count = (now[slot] ?? 0) - (then?.[slot] ?? 0);
        if (count === 0) continue;
        (difference.pages[index] ?? difference.newPage(index))[slot] = count;
        last = (index << pageBits) + slot;
        if (first < 0) first = last;
      }
    }
    return this.since(earlier, difference, first, last);
  }

  /** Completes a difference whose buckets are there, from the first to the last that is in use. */
  private since(earlier: Histogram, difference: Histogram, first: number, last: number): Histogram {
    if (first < 0) return difference;
    difference.count = this.count - earlier.count;
    difference.sumUs = this.sumUs - earlier.sumUs;
    difference.low = this.low < earlier.low ? this.low : Math.max(this.low, bucketLowUs(first));
    difference.high = this.high > earlier.high ? this.high : Math.min(this.high, bucketHighUs(last));
    return difference;
  }

  /** Whether this can be a later state of `earlier`: no bucket is smaller. */
  covers(earlier: Histogram): boolean {
    if (this.count < earlier.count || this.sumUs < earlier.sumUs) return false;
    if (earlier.count > 0 && (this.low > earlier.low || this.high < earlier.high)) return false;
    if (this.packed !== undefined && earlier.packed !== undefined) return includes(this.packed, earlier.packed);
    if (this.packed !== undefined) return this.unpacked().covers(earlier);
    if (earlier.packed !== undefined) return this.covers(earlier.unpacked());
    for (let index = 0; index < pageCount; index++) {
      const then = earlier.pages[index];
      if (then === undefined) continue;
      const now = this.pages[index];
      for (let slot = 0; slot < pageSize; slot++) if ((now?.[slot] ?? 0) < (then[slot] ?? 0)) return false;
    }
    return true;
  }

  /**
   * The value that `p` percent of the values do not exceed (nearest rank: the smallest value whose rank is at least
   * p/100 x count), as the middle of its bucket, within the exact extremes.
   *
   * @param p 0 to 100; 0 is the exact minimum and 100 the exact maximum
   * @returns microseconds; 0 while empty
   */
  percentile(p: number): number {
    if (this.count === 0) return 0;
    if (p <= 0) return this.low;
    if (p >= 100) return this.high;
    // The factor takes back what rounding may have added to an exact product: 99.9 % of 1,000 is rank 999.
    const rank = Math.max(1, Math.ceil(((p * this.count) / 100) * (1 - 1e-14)));
    let seen = 0;
    if (this.packed !== undefined) {
      const { buckets, counts, from, to } = this.packed;
      for (let part = from; part < to; part++) {
        seen += counts[part] as number;
        if (seen >= rank) return this.middleOf(buckets[part] as number);
      }
      return this.high;
    }
    for (let index = 0; index < pageCount; index++) {
      const page = this.pages[index];
      if (page === undefined) continue;
      for (let slot = 0; slot < pageSize; slot++) {
        seen += page[slot] ?? 0;
        if (seen >= rank) return this.middleOf((index << pageBits) + slot);
      }
    }
    return this.high;
  }

  clone(): Histogram {
    const copy = new Histogram();
    copy.count = this.count;
    copy.sumUs = this.sumUs;
    copy.low = this.low;
    copy.high = this.high;
    copy.packed = this.packed;
    if (this.pages !== noPages) copy.pages = this.pages.map((page) => page?.slice());
    return copy;
  }

  /** Visits the buckets that are not empty, from low to high; both edges belong to the bucket. */
  forEachBucket(visit: (lowUs: number, highUs: number, count: number) => void): void {
    this.forEachIndex((bucket, count) => visit(bucketLowUs(bucket), bucketHighUs(bucket), count));
  }

  /** Visits the buckets that are not empty by their index in the layout, from low to high. */
  forEachIndex(visit: (bucket: number, count: number) => void): void {
    if (this.packed !== undefined) {
      const { buckets, counts, from, to } = this.packed;
      for (let part = from; part < to; part++) visit(buckets[part] as number, counts[part] as number);
      return;
    }
    for (let index = 0; index < pageCount; index++) {
      const page = this.pages[index];
      if (page === undefined) continue;
      for (let slot = 0; slot < pageSize; slot++) {
        const count = page[slot] ?? 0;
        if (count !== 0) visit((index << pageBits) + slot, count);
      }
    }
  }

  /** Bytes that the buckets take: the part of the memory that depends on what was recorded. */
  get pageBytes(): number {
    if (this.packed !== undefined) return (this.packed.to - this.packed.from) * packedBytes;
    return this.pages.reduce((sum, page) => sum + (page?.byteLength ?? 0), 0);
  }

  /** The same values in as little memory as they need. */
  toParts(): HistogramParts {
    let used = 0;
    this.forEachIndex(() => used++);
    const buckets = new Uint16Array(used);
    const counts = new Float64Array(used);
    let next = 0;
    this.forEachIndex((bucket, count) => {
      buckets[next] = bucket;
      counts[next++] = count;
    });
    return { buckets, counts, count: this.count, sumUs: this.sumUs, minUs: this.minUs, maxUs: this.maxUs };
  }

  /** As `merge`, from what `toParts` gave. */
  mergeParts({ buckets, counts, count, sumUs, minUs, maxUs }: HistogramParts): this {
    if (count === 0) return this;
    this.addPacked({ buckets, counts, from: 0, to: buckets.length });
    this.count += count;
    this.sumUs += sumUs;
    this.low = Math.min(this.low, minUs);
    this.high = Math.max(this.high, maxUs);
    return this;
  }

  /**
   * Builds a histogram from its parts, for decoding.
   *
   * @param buckets indexes in the layout, ascending; the first `used` hold
   * @param counts count of each of them, above 0
   * @returns undefined when the parts contradict each other
   */
  static fromParts(
    buckets: Uint16Array,
    counts: Float64Array,
    used: number,
    sumUs: number,
    minUs: number,
    maxUs: number,
  ): Histogram | undefined {
    const histogram = new Histogram();
    if (used === 0) return sumUs === 0 ? histogram : undefined;
    let lowestSum = 0;
    let highestSum = 0;
    for (let part = 0; part < used; part++) {
      const bucket = buckets[part] as number;
      const count = counts[part] as number;
      histogram.count += count;
      lowestSum += count * bucketLowUs(bucket);
      highestSum += count * bucketHighUs(bucket);
    }
    if (bucketOf(minUs) !== buckets[0] || bucketOf(maxUs) !== buckets[used - 1] || minUs > maxUs) return undefined;
    if (sumUs < lowestSum || sumUs > highestSum) return undefined;
    histogram.packed = pack(buckets, counts, used);
    histogram.sumUs = sumUs;
    histogram.low = minUs;
    histogram.high = maxUs;
    return histogram;
  }

  /**
   * Builds the difference of two states from the buckets that differ, as `subtract` does.
   *
   * @param buckets indexes in the layout, ascending; the first `used` hold
   * @param counts what each of them has more
   * @param lowUs microseconds; smallest value of the later state where that is a new one, see `subtract`
   */
  static ofDifference(
    buckets: Uint16Array,
    counts: Float64Array,
    used: number,
    sumUs: number,
    lowUs: number,
    highUs: number,
  ): Histogram {
    const histogram = new Histogram();
    if (used === 0) return histogram;
    for (let part = 0; part < used; part++) histogram.count += counts[part] as number;
    histogram.packed = pack(buckets, counts, used);
    histogram.sumUs = sumUs;
    histogram.low = lowUs;
    histogram.high = highUs;
    return histogram;
  }

  private addPages(pages: Pages): void {
    for (let index = 0; index < pageCount; index++) {
      const from = pages[index];
      if (from === undefined) continue;
      const into = this.pages[index] ?? this.newPage(index);
      for (let slot = 0; slot < pageSize; slot++) into[slot] = (into[slot] ?? 0) + (from[slot] ?? 0);
    }
  }

  private addPacked({ buckets, counts, from, to }: Packed): void {
    for (let part = from; part < to; part++) {
      const bucket = buckets[part] as number;
      const page = this.pages[bucket >> pageBits] ?? this.newPage(bucket >> pageBits);
      const slot = bucket & pageMask;
      page[slot] = (page[slot] as number) + (counts[part] as number);
    }
  }

  /** The same, held in pages. */
  private unpacked(): Histogram {
    const copy = this.clone();
    copy.unpack();
    return copy;
  }

  private unpack(): void {
    const { packed } = this;
    this.packed = undefined;
    if (packed !== undefined) this.addPacked(packed);
  }

  private middleOf(bucket: number): number {
    const low = bucketLowUs(bucket);
    const middle = low + Math.floor((bucketHighUs(bucket) - low) / 2);
    return Math.min(this.high, Math.max(this.low, middle));
  }

  /** For a page that is not there, which may be because the buckets are still packed. */
  private newPage(index: number): Float64Array {
    if (this.packed !== undefined) {
      this.unpack();
      const known = this.pages[index];
      if (known !== undefined) return known;
    }
    if (this.pages === noPages) this.pages = noPages.slice();
    const page = new Float64Array(pageSize);
    this.pages[index] = page;
    return page;
  }
}

function outOfRange(valueUs: number): number {
  if (!(valueUs > 0)) return 0;
  return valueUs < maxValueUs ? Math.round(valueUs) : maxValueUs;
}
