/**
 * The layout of the distributions that are kept by time slice: exact below 256 us, then 128 buckets an octave, so a
 * bucket is at most 1/128 of its lower edge wide. It is the layout of an HdrHistogram with two significant digits and a
 * part of the stored run format.
 */
import { bucketCount, bucketLowUs, valueLimitUs } from '../histogram/buckets.js';

const bits = 7;
const perOctave = 1 << bits;

export const coarseLayout = 'log-linear-128';
export const coarseCount = 30 * perOctave;

/** Bucket of a whole number of microseconds. */
export function coarseBucketOf(valueUs: number): number {
  if (valueUs < 2 * perOctave) return valueUs;
  const shift = Math.floor(Math.log2(Math.min(valueUs, valueLimitUs - 1))) - bits;
  return shift * perOctave + Math.floor(valueUs / 2 ** shift);
}

/** Smallest value of a bucket, microseconds; that of the next bucket is where it ends. */
export function coarseLowUs(bucket: number): number {
  if (bucket < 2 * perOctave) return bucket;
  const shift = (bucket >>> bits) - 1;
  return (bucket - (shift << bits)) * 2 ** shift;
}

let table: Uint16Array | undefined;

/**
 * The coarse bucket of every bucket of a `Histogram`: each lies wholly in one. Made at its first use, because it takes
 * longer than loading the whole library and engines never ask.
 */
export function coarseOfFine(): Uint16Array {
  table ??= Uint16Array.from({ length: bucketCount }, (_, bucket) => coarseBucketOf(bucketLowUs(bucket)));
  return table;
}
