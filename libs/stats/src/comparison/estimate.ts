/**
 * An estimate from a run with what each slice contributes to its error (its influence), so that errors of two runs can be
 * combined in two ways: as independent, or slice by slice. The second is for runs under the same changing load: what the
 * load does to both of them at the same time is no error, and cancels.
 */
import { varianceOfSum } from '../inference/dependence.js';

export interface Estimate {
  readonly value: number;
  /** Error that each slice contributes; their sum has mean 0. */
  readonly influence: readonly number[];
  /** Variance that it has at least, as if all values were independent. */
  readonly leastVariance: number;
}

export interface Difference {
  readonly change: number;
  readonly variance: number;
  /** Degrees of freedom of the variance. */
  readonly freedom: number;
}

export function differenceOf(before: Estimate, after: Estimate, paired: boolean): Difference {
  const change = after.value - before.value;
  const least = before.leastVariance + after.leastVariance;
  if (paired) {
    const both = varianceOfSum(after.influence.map((own, slice) => own - (before.influence[slice] ?? 0)));
    return { change, variance: Math.max(both.variance, least), freedom: Math.max(3, both.effective - 1) };
  }
  const a = varianceOfSum(before.influence);
  const b = varianceOfSum(after.influence);
  // Welch 1947, Satterthwaite 1946.
  const parts = a.variance ** 2 / Math.max(2, a.effective - 1) + b.variance ** 2 / Math.max(2, b.effective - 1);
  const freedom = parts > 0 ? Math.max(3, (a.variance + b.variance) ** 2 / parts) : 100;
  return { change, variance: Math.max(a.variance + b.variance, least), freedom };
}
