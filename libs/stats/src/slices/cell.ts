/** What one name did in one time slice: counts, and the distribution of response times in as little as it needs. */
import type { Histogram } from '../histogram/histogram.js';
import { coarseOfFine } from './coarse.js';

export interface Cell {
  readonly requests: number;
  readonly failures: number;
  /** Sum of the response times, microseconds. */
  readonly sumUs: number;
  /** Coarse buckets in use, ascending, and what each holds. Successes and failures together. */
  readonly buckets: Uint16Array;
  readonly counts: Float64Array;
}

export const emptyCell: Cell = {
  requests: 0,
  failures: 0,
  sumUs: 0,
  buckets: new Uint16Array(),
  counts: new Float64Array(),
};

export function cellOf(requests: number, failures: number, response: Histogram): Cell {
  const buckets: number[] = [];
  const counts: number[] = [];
  const coarse = coarseOfFine();
  response.forEachIndex((fine, count) => {
    const bucket = coarse[fine] as number;
    const last = buckets.length - 1;
    if (buckets[last] === bucket) counts[last] = (counts[last] as number) + count;
    else {
      buckets.push(bucket);
      counts.push(count);
    }
  });
  return {
    requests,
    failures,
    sumUs: response.sumUs,
    buckets: Uint16Array.from(buckets),
    counts: Float64Array.from(counts),
  };
}

export function mergeCells(a: Cell, b: Cell): Cell {
  if (a.requests === 0) return b;
  if (b.requests === 0) return a;
  const buckets = new Uint16Array(a.buckets.length + b.buckets.length);
  const counts = new Float64Array(buckets.length);
  let used = 0;
  let left = 0;
  let right = 0;
  while (left < a.buckets.length || right < b.buckets.length) {
    const one = a.buckets[left] ?? Infinity;
    const other = b.buckets[right] ?? Infinity;
    buckets[used] = Math.min(one, other);
    counts[used++] =
      (one <= other ? (a.counts[left++] as number) : 0) + (other <= one ? (b.counts[right++] as number) : 0);
  }
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    sumUs: a.sumUs + b.sumUs,
    buckets: buckets.slice(0, used),
    counts: counts.slice(0, used),
  };
}
