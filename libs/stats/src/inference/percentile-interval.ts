/**
 * Confidence intervals for percentiles of a run. Woodruff's method (1952, "Confidence intervals for medians and other
 * position measures"): an interval for the share of values below the percentile, from how that share differs between time
 * slices, is turned back into values. Slices are the clusters, and their dependence on each other is accounted for, since
 * requests of one second share its fate.
 */
import type { Cell } from '../slices/cell.js';
import { countBelow, Distribution } from '../slices/distribution.js';
import { varianceOfSum } from './dependence.js';
import { studentQuantile } from './quantiles.js';

export interface PercentileInterval {
  /** 0 to 100. */
  percentile: number;
  valueMs: number;
  lowMs: number;
  highMs: number;
}

/** With fewer slices than this nothing can be said about how they vary. */
export const slicesNeeded = 10;

/**
 * @param cells of successive slices
 * @param percentile above 0 and below 100
 * @param confidence 0 to 1, such as 0.95
 * @returns undefined with too few slices or values to say anything
 */
export function percentileInterval(
  cells: readonly Cell[],
  percentile: number,
  confidence = 0.95,
): PercentileInterval | undefined {
  const all = Distribution.of(cells);
  const p = percentile / 100;
  // Beyond the percentile there must be some values, or its interval is a guess.
  if (cells.length < slicesNeeded || all.count * Math.min(p, 1 - p) < 5) return undefined;
  const value = all.quantile(p);
  const { standardError, freedom } = shareError(cells, value, p, all.count);
  // On the logit scale the interval stays within 0 and 1 (Korn and Graubard 1998).
  const reach = (studentQuantile(0.5 + confidence / 2, freedom) * standardError) / (p * (1 - p));
  const centre = Math.log(p / (1 - p));
  return {
    percentile,
    valueMs: value / 1_000,
    lowMs: all.quantile(1 / (1 + Math.exp(-(centre - reach)))) / 1_000,
    highMs: all.quantile(1 / (1 + Math.exp(-(centre + reach)))) / 1_000,
  };
}

/** Standard error of the share of values below a value: a ratio of sums over slices, linearised. */
function shareError(
  cells: readonly Cell[],
  value: number,
  p: number,
  count: number,
): { standardError: number; freedom: number } {
  const residuals = cells.map((cell) => countBelow(cell, value) - p * cell.requests);
  const sum = varianceOfSum(residuals);
  // Never less than independent values have: a share that happens to be even over the slices is luck.
  const binomial = (p * (1 - p)) / count;
  const variance = Math.max(sum.variance / count ** 2, binomial * 0.8);
  return { standardError: Math.sqrt(variance), freedom: Math.max(3, sum.effective - 1) };
}
