// Counts by second and bucket, gathered into as many columns as a heat map has room for.

export interface HeatWishes {
  /** First and last second to show. */
  from: number;
  to: number;
  columns: number;
  /** Buckets of a second. */
  buckets: number;
}

export interface HeatGrid {
  from: number;
  columns: number;
  secondsPerColumn: number;
  buckets: number;
  /** Count of a bucket in a column at `column * buckets + bucket`. */
  counts: Float64Array;
  most: number;
  /** Buckets that have anything: the first, and one past the last. */
  low: number;
  high: number;
}

/**
 * @param first second of the first entry of `latency`
 * @param latency counts by bucket, second by second; null where nobody reported
 */
export function gather(first: number, latency: readonly (readonly number[] | null)[], wishes: HeatWishes): HeatGrid {
  const { from, to, columns, buckets } = wishes;
  const secondsPerColumn = Math.max(1, (to - from + 1) / columns);
  const counts = new Float64Array(columns * buckets);
  let low = buckets;
  let high = 0;
  const start = Math.max(0, Math.floor(from - first));
  const end = Math.min(latency.length - 1, Math.ceil(to - first));
  for (let index = start; index <= end; index += 1) {
    const column = Math.floor((first + index - from) / secondsPerColumn);
    if (column < 0 || column >= columns) continue;
    latency[index]?.forEach((count, bucket) => {
      if (count === 0 || bucket >= buckets) return;
      counts[column * buckets + bucket] = (counts[column * buckets + bucket] ?? 0) + count;
      low = Math.min(low, bucket);
      high = Math.max(high, bucket + 1);
    });
  }
  const most = counts.reduce((top, count) => Math.max(top, count), 1);
  return { from, columns, secondsPerColumn, buckets, counts, most, low: Math.min(low, high), high };
}
