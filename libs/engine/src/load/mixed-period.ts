import type { SeededRandom } from '@loadstar/shared';

/**
 * One period of a weighted sequence in random order that still keeps every item within one of its share after every
 * choice. A fixed order would give users that move in lockstep the same task for ever; full chance would lose the bound.
 *
 * The j-th choice of an item with weight w out of P must lie in the slots from ceil((j-1)P/w) to floor(jP/w) + 1: a
 * schedule of unit jobs with release times and deadlines. Slot by slot a random released item is taken, if the rest can
 * still be scheduled, which earliest-deadline-first decides.
 *
 * @param weights whole numbers, at least 0, with a sum from 1 to about 64 (the effort grows with its third power)
 * @returns indices of items, as many as the sum of the weights
 */
export function mixedPeriod(weights: readonly number[], random: SeededRandom): number[] {
  const period = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map(() => 0);
  const order: number[] = [];
  for (let slot = 1; slot <= period; slot++) {
    const index = randomFeasible(weights, counts, period, slot, random);
    counts[index] = (counts[index] ?? 0) + 1;
    order.push(index);
  }
  return order;
}

function randomFeasible(
  weights: readonly number[],
  counts: number[],
  period: number,
  slot: number,
  random: SeededRandom,
): number {
  const candidates = weights.map((_, i) => i).filter((i) => isReleased(weights, counts, period, slot, i));
  while (candidates.length > 1) {
    const at = pickByRemaining(candidates, weights, counts, random);
    const index = candidates[at] ?? 0;
    counts[index] = (counts[index] ?? 0) + 1;
    const feasible = restIsFeasible(weights, counts, period, slot + 1);
    counts[index] -= 1;
    if (feasible) return index;
    candidates.splice(at, 1);
  }
  return candidates[0] ?? 0;
}

// What has more left to place is likelier, so that orders do not begin with the rare items.
function pickByRemaining(
  candidates: readonly number[],
  weights: readonly number[],
  counts: readonly number[],
  random: SeededRandom,
): number {
  const remaining = candidates.map((i) => (weights[i] ?? 0) - (counts[i] ?? 0));
  let at = random.next() * remaining.reduce((sum, value) => sum + value, 0);
  for (let i = 0; i < remaining.length; i++) {
    at -= remaining[i] ?? 0;
    if (at < 0) return i;
  }
  return candidates.length - 1;
}

function restIsFeasible(weights: readonly number[], counts: readonly number[], period: number, from: number): boolean {
  const placed = [...counts];
  for (let slot = from; slot <= period; slot++) {
    let best = -1;
    let bestDeadline = Infinity;
    for (let i = 0; i < weights.length; i++) {
      if (!isReleased(weights, placed, period, slot, i)) continue;
      const deadline = deadlineOf(weights[i] ?? 0, placed[i] ?? 0, period);
      if (deadline < bestDeadline) {
        best = i;
        bestDeadline = deadline;
      }
    }
    if (best < 0 || bestDeadline < slot) return false;
    placed[best] = (placed[best] ?? 0) + 1;
  }
  return true;
}

function isReleased(
  weights: readonly number[],
  counts: readonly number[],
  period: number,
  slot: number,
  index: number,
): boolean {
  const weight = weights[index] ?? 0;
  const count = counts[index] ?? 0;
  return count < weight && count * period <= slot * weight;
}

function deadlineOf(weight: number, count: number, period: number): number {
  return Math.min(period, Math.floor(((count + 1) * period) / weight) + 1);
}
