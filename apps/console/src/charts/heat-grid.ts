// Counts by bucket of seconds, or of several seconds together, gathered into as many columns as a heat map has room for.

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

export interface HeatSource {
  /** Where each entry begins, and how many seconds it stands for. */
  readonly seconds: readonly number[];
  readonly spans: readonly number[];
  /** Counts by bucket, entry by entry; null where nobody reported. */
  readonly latency: readonly (readonly number[] | null)[];
}

/** What an entry counted is dealt evenly to the columns that it lies in. */
export function gather({ seconds, spans, latency }: HeatSource, wishes: HeatWishes): HeatGrid {
  const { from, to, columns, buckets } = wishes;
  const secondsPerColumn = Math.max(1, (to - from + 1) / columns);
  const counts = new Float64Array(columns * buckets);
  let low = buckets;
  let high = 0;
  latency.forEach((ofEntry, index) => {
    const second = seconds[index] ?? 0;
    const first = Math.floor((second - from) / secondsPerColumn);
    const last = Math.floor((second + (spans[index] ?? 1) - 1 - from) / secondsPerColumn);
    if (!ofEntry || last < 0 || first >= columns) return;
    ofEntry.forEach((count, bucket) => {
      if (count === 0 || bucket >= buckets) return;
      for (let column = Math.max(0, first); column <= Math.min(last, columns - 1); column += 1) {
        const at = column * buckets + bucket;
        counts[at] = (counts[at] ?? 0) + count / (last - first + 1);
      }
      low = Math.min(low, bucket);
      high = Math.max(high, bucket + 1);
    });
  });
  const most = counts.reduce((top, count) => Math.max(top, count), 1);
  return { from, columns, secondsPerColumn, buckets, counts, most, low: Math.min(low, high), high };
}
