/** Largest sum of whole weights for which products of two counts stay exact in a double (2^53). */
const largestSum = 2 ** 26;
const decimals = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];

/**
 * Turns weights into the smallest whole numbers of the same proportion, because quotas are compared exactly. Weights
 * with up to six decimals are kept exactly; others are rounded to a sum of 2^26, an error below 2e-8 of a share.
 * @param weights finite and at least 0, one of them above 0
 */
export function wholeWeights(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const factor of decimals) {
    const scaled = weights.map((weight) => Math.round(weight * factor));
    const exact = scaled.every((value, i) => Math.abs(value - (weights[i] ?? 0) * factor) <= 1e-9 * Math.max(1, value));
    const sum = scaled.reduce((a, b) => a + b, 0);
    if (exact && sum > 0 && sum <= largestSum) return reduced(scaled);
  }
  // A weight above 0 stays above 0, however small: the task was asked for.
  const budget = largestSum - weights.length;
  return reduced(weights.map((weight) => (weight > 0 ? Math.max(1, Math.round((weight / total) * budget)) : 0)));
}

function reduced(values: number[]): number[] {
  const divisor = values.reduce((a, b) => greatestCommonDivisor(a, b), 0);
  return divisor > 1 ? values.map((value) => value / divisor) : values;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
