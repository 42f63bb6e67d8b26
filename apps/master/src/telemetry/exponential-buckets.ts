/**
 * Turns our fine histograms into OpenTelemetry's exponential ones (which Prometheus keeps as native histograms): bucket i
 * holds what is above base^i and at most base^(i+1) seconds, base = 2^(2^-scale).
 */
import type { Histogram } from '@loadstar/stats';
import type { ExponentialPoint } from '@loadstar/telemetry';

/** Buckets 2.2 % wide, as long as there are not too many of them; each step down doubles the width. */
const finestScale = 5;
/** OpenTelemetry's own default. */
const mostBuckets = 160;

export function exponentialPoint(parts: readonly Histogram[], labels: Record<string, string>): ExponentialPoint {
  let counts = new Map<number, number>();
  let zeroCount = 0;
  for (const part of parts) {
    // By the upper end, as everywhere: nothing looks faster than it was.
    part.forEachBucket((_lowUs, highUs, count) => {
      if (highUs === 0) zeroCount += count;
      else addTo(counts, Math.ceil(Math.log2(highUs / 1e6) * 2 ** finestScale) - 1, count);
    });
  }
  let scale = finestScale;
  while (spanOf(counts) > mostBuckets) {
    const coarser = new Map<number, number>();
    for (const [index, count] of counts) addTo(coarser, Math.floor(index / 2), count);
    counts = coarser;
    scale--;
  }
  const offset = counts.size === 0 ? 0 : Math.min(...counts.keys());
  const some = parts.filter(({ count }) => count > 0);
  return {
    labels,
    scale,
    zeroCount,
    offset,
    counts: Array.from({ length: spanOf(counts) }, (_, i) => counts.get(offset + i) ?? 0),
    count: some.reduce((sum, { count }) => sum + count, 0),
    sum: some.reduce((sum, { sumUs }) => sum + sumUs, 0) / 1e6,
    min: some.length === 0 ? 0 : Math.min(...some.map(({ minUs }) => minUs)) / 1e6,
    max: some.length === 0 ? 0 : Math.max(...some.map(({ maxUs }) => maxUs)) / 1e6,
  };
}

function addTo(counts: Map<number, number>, index: number, count: number): void {
  counts.set(index, (counts.get(index) ?? 0) + count);
}

function spanOf(counts: ReadonlyMap<number, number>): number {
  if (counts.size === 0) return 0;
  const indexes = [...counts.keys()];
  return Math.max(...indexes) - Math.min(...indexes) + 1;
}
