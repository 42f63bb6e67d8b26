/**
 * Whether a number rises or falls over many runs: the test of Mann (1945) and Kendall (1975), which asks only for the
 * order of the values, and the slope of Theil (1950) and Sen (1968), the median of all slopes between two of them.
 */
import type { Trend } from './comparison.js';
import { normalCdf } from '../inference/quantiles.js';

/** Fewer runs cannot show a trend, whatever they are: even a strict order of four comes by chance in 8 % of cases. */
export const runsNeeded = 5;

/** @param values above 0, in the order of the runs */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  if (n < runsNeeded || values.some((value) => !(value > 0))) {
    return { direction: 'too few runs', changePerRun: null, pValue: null };
  }
  const slopes: number[] = [];
  let score = 0;
  for (let later = 1; later < n; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const change = Math.log((values[later] as number) / (values[earlier] as number));
      score += Math.sign(change);
      slopes.push(change / (later - earlier));
    }
  }
  slopes.sort((a, b) => a - b);
  const middle = slopes.length / 2;
  const slope = ((slopes[Math.floor(middle - 0.5)] ?? 0) + (slopes[Math.floor(middle)] ?? 0)) / 2;
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = score === 0 ? 0 : (Math.abs(score) - 1) / deviation;
  const pValue = score === 0 ? 1 : Math.min(1, 2 * (1 - normalCdf(z)));
  const direction = pValue > 0.05 ? 'none' : slope > 0 ? 'rising' : 'falling';
  return { direction, changePerRun: Math.expm1(slope), pValue };
}
