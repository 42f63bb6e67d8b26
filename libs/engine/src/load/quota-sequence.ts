/**
 * Hands out items by weight so that after any n choices no item is a whole one away from its share: a quota method.
 * An item may be chosen when that does not lift it a whole one above its share (it is "released"), and of those the one
 * that would first fall a whole one below its share (the earliest deadline) is taken. That such a schedule always exists
 * and earliest-deadline-first finds it is the just-in-time sequencing result of Steiner and Yeomans (1993); the
 * property test beside this file checks the bound. Counts start over after each period (the sum of the whole weights),
 * so that nothing grows.
 */
export class QuotaSequence {
  private readonly counts: number[];
  private readonly period: number;
  private chosen = 0;

  /** @param weights whole numbers, at least 0, one of them above 0, with a sum below 2^26 (see `wholeWeights`) */
  constructor(private readonly weights: readonly number[]) {
    this.counts = weights.map(() => 0);
    this.period = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Index of the next item. */
  next(): number {
    if (this.chosen === this.period) {
      this.chosen = 0;
      this.counts.fill(0);
    }
    this.chosen++;
    const index = earliestReleased(this.weights, this.counts, this.period, this.chosen);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    return index;
  }
}

/**
 * The released item with the earliest deadline, when the choice with number `n` (from 1) is to be made.
 * @returns an index, or -1 when nothing is released
 */
export function earliestReleased(
  weights: readonly number[],
  counts: readonly number[],
  period: number,
  n: number,
): number {
  let best = -1;
  let bestWeight = 0;
  let bestNext = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    const count = counts[i] ?? 0;
    if (count * period >= n * weight) continue;
    // The deadline of item i is (count + 1) / weight; compared crosswise to stay in whole numbers.
    if (best < 0 || (count + 1) * bestWeight < bestNext * weight) {
      best = i;
      bestWeight = weight;
      bestNext = count + 1;
    }
  }
  return best;
}
