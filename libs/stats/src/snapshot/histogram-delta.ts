/**
 * The difference of two states of a histogram, straight from their bytes (`histogram-codec.ts`). What a fleet reports
 * grows with the run, what is new in it does not: both states are read side by side, once, and only what differs becomes
 * an object.
 */
import {
  bucketCount,
  bucketHighUs,
  bucketLowUs,
  bucketOf,
  maxValueUs,
  pageBits,
  pageBytes,
} from '../histogram/buckets.js';
import { Histogram } from '../histogram/histogram.js';
import { type ByteReader, malformed } from './byte-reader.js';

/** Bucket after the last, which ends every list. */
const end = bucketCount;

/** One state as it is read: its extremes, and bucket by bucket. */
class State {
  sumUs = 0;
  minUs = 0;
  maxUs = 0;
  /** Values so far. */
  total = 0;
  /** The bucket that was read last; `end` after the last one. */
  bucket = -1;
  count = 0;
  private left = 0;

  /** Begins a histogram and reads its first bucket. */
  begin(reader: ByteReader): void {
    this.left = reader.integer(bucketCount);
    this.sumUs = this.total = 0;
    this.bucket = -1;
    if (this.left > 0) {
      this.sumUs = reader.integer(2 ** 63);
      this.minUs = reader.integer(maxValueUs);
      this.maxUs = this.minUs + reader.integer(maxValueUs - this.minUs);
    } else {
      this.minUs = Number.MAX_SAFE_INTEGER;
      this.maxUs = 0;
    }
    this.next(reader);
  }

  next(reader: ByteReader): void {
    if (this.left === 0) {
      this.bucket = end;
      return;
    }
    this.left--;
    const token = reader.integer(2 * bucketCount);
    const bucket = this.bucket + 1 + (token >>> 1);
    if (bucket >= bucketCount) throw malformed('a bucket is out of range');
    const count = (token & 1) === 1 ? reader.integer() : 1;
    if (count === 0) throw malformed('a bucket is empty');
    this.bucket = bucket;
    this.count = count;
    this.total += count;
  }
}

/** Reused by every call, because reading is synchronous. */
const now = new State();
const then = new State();
const buckets = new Uint16Array(bucketCount);
const counts = new Float64Array(bucketCount);

export interface HistogramDelta {
  readonly difference: Histogram;
  /** Values of the later state. */
  readonly count: number;
  /** Whether the later state is one, see `Histogram.covers`. */
  readonly covers: boolean;
}

/**
 * Reads a histogram from each.
 * @param later untrusted
 * @param earlier was read before, and found whole
 * @throws LoadstarError MALFORMED_MESSAGE for a later state that is no histogram
 */
export function readHistogramDelta(later: ByteReader, earlier: ByteReader): HistogramDelta {
  now.begin(later);
  then.begin(earlier);
  const first = now.bucket;
  let last = -1;
  let used = 0;
  let covers = true;
  let lowestSum = 0;
  let highestSum = 0;
  let page = -1;
  while (now.bucket < end) {
    const { bucket } = now;
    while (then.bucket < bucket) {
      covers = false;
      then.next(earlier);
    }
    let more = now.count;
    if (then.bucket === bucket) {
      more -= then.count;
      then.next(earlier);
    }
    if (more !== 0) {
      if (more < 0) covers = false;
      if (bucket >> pageBits !== page) {
        page = bucket >> pageBits;
        later.claim(pageBytes);
      }
      lowestSum += more * bucketLowUs(bucket);
      highestSum += more * bucketHighUs(bucket);
      buckets[used] = bucket;
      counts[used++] = more;
    }
    last = bucket;
    now.next(later);
  }
  for (; then.bucket < end; then.next(earlier)) covers = false;
  const isEmpty = last < 0;
  if (!isEmpty && (bucketOf(now.minUs) !== first || bucketOf(now.maxUs) !== last)) throw contradiction();
  covers &&= now.sumUs >= then.sumUs && (then.total === 0 || (now.minUs <= then.minUs && now.maxUs >= then.maxUs));
  if (!covers) return { difference: new Histogram(), count: now.total, covers };
  // The earlier sum fits the earlier buckets, so the whole fits when what is new does.
  const sumUs = now.sumUs - then.sumUs;
  if (sumUs < lowestSum || sumUs > highestSum) throw contradiction();
  return { difference: differenceOf(used, sumUs), count: now.total, covers };
}

function differenceOf(used: number, sumUs: number): Histogram {
  if (used === 0) return new Histogram();
  const lowUs = now.minUs < then.minUs ? now.minUs : Math.max(now.minUs, bucketLowUs(buckets[0] as number));
  const highUs = now.maxUs > then.maxUs ? now.maxUs : Math.min(now.maxUs, bucketHighUs(buckets[used - 1] as number));
  return Histogram.ofDifference(buckets, counts, used, sumUs, lowUs, highUs);
}

function contradiction(): Error {
  return malformed('a histogram contradicts itself');
}
