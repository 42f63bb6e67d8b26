/**
 * How much a series of time slices is worth: neighbouring slices resemble each other, so that 60 of them hold less than
 * 60 independent ones. The dependence is modelled as of first order, AR(1), which fits load tests: what disturbs a second
 * (a collection, a neighbour, a slow disk) fades over the next ones.
 */
export interface Dependence {
  /** Correlation of neighbours, 0 to 0.95; corrected for the bias of short series. */
  readonly correlation: number;
  /** Variance of one value, corrected for the loss by dependence. */
  readonly variance: number;
  /** Factor by which dependence widens the variance of a mean. */
  readonly inflation: number;
  /** Values that as many independent ones would be worth. */
  readonly effective: number;
  /** Variance of the mean of the series. */
  readonly meanVariance: number;
}

const mostCorrelation = 0.95;

/**
 * @param values of successive slices; at least 4
 *
 * Sources: variance of an AR(1) mean and effective size n (1 - r) / (1 + r): Bayley and Hammersley 1946; bias of the
 * estimated correlation -(1 + 3 r) / n: Kendall 1954, Marriott and Pope 1954.
 */
export function dependenceOf(values: readonly number[]): Dependence {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  let squares = 0;
  let products = 0;
  values.forEach((value, index) => {
    const own = value - mean;
    squares += own * own;
    if (index > 0) products += own * ((values[index - 1] as number) - mean);
  });
  if (n < 2 || squares === 0) {
    return { correlation: 0, variance: 0, inflation: 1, effective: n, meanVariance: 0 };
  }
  const raw = products / squares;
  const corrected = raw + (1 + 3 * raw) / n;
  // Within one standard error of none it is taken for none, or independent series would look dependent on average.
  const correlation = corrected < 1 / Math.sqrt(n) ? 0 : Math.min(mostCorrelation, corrected);
  // The exact factor for n values, of which (1 + r) / (1 - r) is the limit.
  const inflation = Math.max(1, inflationOf(correlation, n));
  const variance = squares / Math.max(1, n - inflation);
  return { correlation, variance, inflation, effective: n / inflation, meanVariance: (variance * inflation) / n };
}

/** Variance of the mean of `n` values of an AR(1) series, by that of independent ones. */
export function inflationOf(correlation: number, n: number): number {
  const r = correlation;
  if (r === 0 || n <= 1) return 1;
  return (1 + r) / (1 - r) - (2 * r * (1 - r ** n)) / (n * (1 - r) ** 2);
}

/**
 * Variance of the sum of a series, and how many independent values it is worth. Counting noise hides the dependence of
 * single slices (an AR(1) series under white noise is of a higher order), and pairs of slices hide less of it, so both
 * are asked and the more cautious answer holds. With it intervals cover as they should, see `npm run bench:verdicts`.
 */
export function varianceOfSum(values: readonly number[]): { variance: number; effective: number } {
  const n = values.length;
  const single = dependenceOf(values);
  const bySingle = { variance: single.meanVariance * n ** 2, effective: single.effective };
  const pairs = Array.from(
    { length: Math.floor(n / 2) },
    (_, index) => (values[2 * index] ?? 0) + (values[2 * index + 1] ?? 0),
  );
  if (pairs.length < 8) return bySingle;
  const paired = dependenceOf(pairs);
  // Without dependence of their own pairs are the worse estimate, and the greater one of two only adds noise.
  if (paired.correlation === 0) return bySingle;
  const byPairs = { variance: (paired.meanVariance * pairs.length * n) / 2, effective: paired.effective };
  return byPairs.variance > bySingle.variance ? byPairs : bySingle;
}
