/**
 * The few wide buckets that every second of a run keeps of its response times, for a picture of how they spread over
 * time. Percentiles are never taken from these: they are of the histogram.
 */
import type { Histogram } from '../histogram/histogram.js';
import { deal, type SecondPart } from './spread.js';

/** Upper bounds in milliseconds, rising, about equal steps to the eye on a logarithmic axis; one more bucket is open above. */
export const latencyBoundsMs: readonly number[] = [
  0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 2_000, 5_000, 10_000, 30_000,
];

export const latencyBuckets = latencyBoundsMs.length + 1;

/** Counts by bucket, of the middle of each bucket of all these histograms. */
export function byLatency(histograms: readonly Histogram[]): Uint32Array {
  const counts = new Uint32Array(latencyBuckets);
  for (const histogram of histograms) {
    let bucket = 0;
    histogram.forEachBucket((lowUs, highUs, count) => {
      const ms = (lowUs + highUs) / 2_000;
      while (bucket < latencyBoundsMs.length && ms > (latencyBoundsMs[bucket] ?? Infinity)) bucket++;
      counts[bucket] = (counts[bucket] ?? 0) + count;
    });
  }
  return counts;
}

/** Deals the counts to the seconds of a delta, as its requests are dealt: whole numbers that add up. */
export function dealLatency(
  counts: Uint32Array,
  parts: readonly SecondPart[],
  give: (second: number, bucket: number, count: number) => void,
): void {
  counts.forEach((count, bucket) => {
    if (count === 0) return;
    const dealt = deal(count, parts);
    parts.forEach(({ second }, index) => {
      const own = dealt[index] ?? 0;
      if (own > 0) give(second, bucket, own);
    });
  });
}
