/**
 * Finds where a series settles. Candidates: every point in the first half. For each the part before is fitted by a line
 * (which covers a cold level as well as a ramp) and the part after by a constant; the best fit by least squares is taken
 * (change-point estimation after Hinkley 1970; two-phase regression after Quandt 1958). It counts only if the means of the
 * parts differ by more than the noise explains, its dependence and the number of candidates (Bonferroni) considered, and
 * by enough to matter. Repeated on the rest, so that a warm-up in stages or with a long tail is cut whole.
 */
import { dependenceOf, inflationOf } from '../inference/dependence.js';
import { studentQuantile } from '../inference/quantiles.js';

export interface CutOptions {
  /** Chance that a series which never changes is cut, about. */
  readonly alpha: number;
  /** Least difference of the means that matters. */
  readonly least: number;
}

/** Fewer values after a cut say nothing about where they settle. */
export const settledLeast = 10;
const rounds = 4;

/** @returns how many values to leave out, or undefined when the series does not settle in its first half */
export function cutPoint(values: readonly number[], options: CutOptions): number | undefined {
  const last = Math.min(Math.floor(values.length / 2), values.length - settledLeast);
  let cut = 0;
  for (let round = 0; round < rounds; round++) {
    const more = oneCut(values.slice(cut), options);
    if (more === 0) return withoutSettled(values, cut);
    cut += more;
    if (cut > last) return undefined;
  }
  return withoutSettled(values, cut);
}

/** Gives back what was cut too much: the end of a cut part that looks just like what follows. */
function withoutSettled(values: readonly number[], cut: number): number {
  const settled = values.slice(cut);
  const mean = settled.reduce((sum, value) => sum + value, 0) / settled.length;
  const deviation = Math.sqrt(dependenceOf(settled).variance);
  let first = cut;
  while (first > 0 && Math.abs((values[first - 1] ?? 0) - mean) < 2 * deviation) first--;
  return first;
}

function oneCut(values: readonly number[], { alpha, least }: CutOptions): number {
  const n = values.length;
  const most = n - settledLeast;
  if (most < 1) return 0;
  const sums = prefixSums(values);
  let best = 0;
  let bestError = Infinity;
  for (let cut = 1; cut <= most; cut++) {
    const error = lineError(sums, cut) + constantError(sums, cut, n);
    if (error < bestError) [best, bestError] = [cut, error];
  }
  return differs(values, best, alpha / most, least) ? best : 0;
}

/** Whether the means before and after differ by more than noise and by enough. */
function differs(values: readonly number[], cut: number, alpha: number, least: number): boolean {
  const mean = (part: readonly number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
  const before = values.slice(0, cut);
  const after = values.slice(cut);
  const difference = Math.abs(mean(before) - mean(after));
  if (difference < least) return false;
  // The noise is that of the settled part: a warm-up would inflate its own.
  const { variance, correlation, meanVariance, effective } = dependenceOf(after);
  const error = Math.sqrt((variance * inflationOf(correlation, cut)) / cut + meanVariance);
  return difference > error * -studentQuantile(alpha / 2, Math.max(10, effective));
}

interface Sums {
  readonly y: readonly number[];
  readonly yy: readonly number[];
  /** Of index times value. */
  readonly xy: readonly number[];
}

function prefixSums(values: readonly number[]): Sums {
  const y = [0];
  const yy = [0];
  const xy = [0];
  values.forEach((value, index) => {
    y.push((y[index] ?? 0) + value);
    yy.push((yy[index] ?? 0) + value * value);
    xy.push((xy[index] ?? 0) + value * index);
  });
  return { y, yy, xy };
}

function constantError({ y, yy }: Sums, from: number, to: number): number {
  const sum = (y[to] ?? 0) - (y[from] ?? 0);
  return Math.max(0, (yy[to] ?? 0) - (yy[from] ?? 0) - (sum * sum) / (to - from));
}

/** Squared error of the best line through the first `n` values. */
function lineError({ y, yy, xy }: Sums, n: number): number {
  if (n <= 2) return 0;
  const sumX = (n * (n - 1)) / 2;
  const spreadX = (n * (n * n - 1)) / 12;
  const sumY = y[n] ?? 0;
  const slope = ((xy[n] ?? 0) - (sumX * sumY) / n) / spreadX;
  return Math.max(0, (yy[n] ?? 0) - (sumY * sumY) / n - slope * slope * spreadX);
}
