/**
 * One number for "everything got slower": the geometric mean of the response times at one mix of names. It does not
 * move when only the mix does, tails weigh little in it, and it uses every request, so that it sees small shifts that
 * percentiles of single names do not. Names are weighted by their share of the requests of both runs (direct
 * standardisation).
 */
import type { Cell } from '../slices/cell.js';
import { coarseCount, coarseLowUs } from '../slices/coarse.js';
import type { Estimate } from './estimate.js';

/** One name in both runs. */
export interface Pair {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
}

/** Logarithm of the geometric mean in microseconds, of each run. Undefined when no name is in both. */
export function typicalTimes(pairs: readonly Pair[]): { before: Estimate; after: Estimate } | undefined {
  const shared = pairs.filter(({ before, after }) => requestsOf(before) > 0 && requestsOf(after) > 0);
  const total = shared.reduce((sum, { before, after }) => sum + requestsOf(before) + requestsOf(after), 0);
  if (total === 0) return undefined;
  const weights = shared.map(({ before, after }) => (requestsOf(before) + requestsOf(after)) / total);
  return {
    before: typical(
      shared.map(({ before }) => before),
      weights,
    ),
    after: typical(
      shared.map(({ after }) => after),
      weights,
    ),
  };
}

function typical(names: readonly (readonly Cell[])[], weights: readonly number[]): Estimate {
  const residuals = new Array<number>(names[0]?.length ?? 0).fill(0);
  let value = 0;
  names.forEach((cells, index) => {
    const requests = requestsOf(cells);
    const sums = cells.map(logSum);
    const mean = sums.reduce((sum, own) => sum + own, 0) / requests;
    const weight = weights[index] ?? 0;
    value += weight * mean;
    cells.forEach((cell, slice) => {
      residuals[slice] = (residuals[slice] ?? 0) + (weight * ((sums[slice] ?? 0) - mean * cell.requests)) / requests;
    });
  });
  return { value, influence: residuals, leastVariance: 0 };
}

/** Logarithm of the middle of each bucket. */
const logs = Float64Array.from({ length: coarseCount }, (_, bucket) =>
  Math.log((coarseLowUs(bucket) + coarseLowUs(bucket + 1)) / 2),
);

function logSum({ buckets, counts }: Cell): number {
  let sum = 0;
  for (let index = 0; index < buckets.length; index++)
    sum += (counts[index] as number) * (logs[buckets[index] as number] as number);
  return sum;
}

function requestsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { requests }) => sum + requests, 0);
}
