import { type Share, SeededRandom } from '@loadstar/shared';
import { TaskMix } from './task-mix.js';

/** What the allocation needs to know of a user class. */
export interface ClassQuota {
  readonly name: string;
  /** Relative share of the users that are left after the fixed ones; at least 0. */
  readonly weight: number;
  /** Exact number of users, placed first; 0 when the weight decides. */
  readonly fixedCount: number;
}

/**
 * Which class the user with number k (0, 1, 2 ... of the whole run) belongs to: fixed counts first, then a smooth
 * weighted sequence. Equal seeds give the equal sequence, so engines agree on it without talking; it is not periodic,
 * because shares take every n-th number and a periodic sequence would give one engine all users of one class.
 */
export class ClassSequence {
  private readonly known: number[] = [];
  private readonly mix: TaskMix | undefined;

  constructor(
    readonly classes: readonly ClassQuota[],
    seed: string,
  ) {
    const fixed = new TaskMix(
      [...classes.map(({ fixedCount }) => fixedCount), ...noItem(classes)],
      new SeededRandom(`${seed}/fixed`),
    );
    const fixedTotal = classes.reduce((sum, { fixedCount }) => sum + fixedCount, 0);
    for (let k = 0; k < fixedTotal; k++) this.known.push(fixed.next());
    const weights = classes.map(({ weight, fixedCount }) => (fixedCount > 0 ? 0 : weight));
    if (weights.some((weight) => weight > 0)) this.mix = new TaskMix(weights, new SeededRandom(`${seed}/classes`));
  }

  /** Index of the class of user number `k`; -1 when only fixed counts exist and all of them are placed. */
  classOf(k: number): number {
    while (this.known.length <= k && this.mix) this.known.push(this.mix.next());
    return this.known[k] ?? -1;
  }
}

// A sum of zero cannot be mixed; without fixed counts one dummy weight stands in and nothing is drawn.
function noItem(classes: readonly ClassQuota[]): number[] {
  return classes.every(({ fixedCount }) => fixedCount === 0) ? [1] : [];
}

/** Counts by class of the first `count` users of one share, kept up to date as the count moves. */
export class ShareAllocation {
  private readonly counts: number[];
  private members = 0;

  constructor(
    private readonly sequence: ClassSequence,
    private readonly share: Share,
  ) {
    this.counts = sequence.classes.map(() => 0);
  }

  /** @returns users by class index when the share has `count` users; the array is reused by the next call */
  resize(count: number): readonly number[] {
    while (this.members < count) this.add(this.members++, 1);
    while (this.members > count) this.add(--this.members, -1);
    return this.counts;
  }

  private add(member: number, change: 1 | -1): void {
    const index = this.sequence.classOf(this.share.index + member * this.share.of);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + change;
  }
}

/** Users to start and to stop, by class index, one entry a user. */
export interface PopulationChange {
  readonly starts: readonly number[];
  readonly stops: readonly number[];
}

/**
 * The fewest starts and stops that turn the running users into the wanted ones. A difference in number is made at once
 * (the caller has limited it); a difference in classes at equal number is made by at most `swaps` pairs of a stop and a
 * start, so that a new weighting does not replace everybody in one moment.
 *
 * @param wanted users by class index
 * @param running users by class index
 * @param swaps most users that may change class now
 */
export function populationChange(
  wanted: readonly number[],
  running: readonly number[],
  swaps: number,
): PopulationChange {
  const missing: number[] = [];
  const surplus: number[] = [];
  for (let i = 0; i < wanted.length; i++) {
    const gap = (wanted[i] ?? 0) - (running[i] ?? 0);
    for (let n = 0; n < gap; n++) missing.push(i);
    for (let n = 0; n < -gap; n++) surplus.push(i);
  }
  const pairs = Math.min(missing.length, surplus.length);
  const held = pairs - Math.min(pairs, Math.max(0, Math.floor(swaps)));
  return {
    starts: interleaved(missing).slice(0, missing.length - held),
    stops: interleaved(surplus).slice(0, surplus.length - held),
  };
}

// Takes from each class in turn, in proportion, so that a partial change is spread over the classes.
function interleaved(indices: readonly number[]): readonly number[] {
  const totals = new Map<number, number>();
  for (const index of indices) totals.set(index, (totals.get(index) ?? 0) + 1);
  if (totals.size <= 1) return indices;
  const seen = new Map<number, number>();
  return indices
    .map((index) => {
      const n = seen.get(index) ?? 0;
      seen.set(index, n + 1);
      return { index, at: (n + 0.5) / (totals.get(index) ?? 1) };
    })
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ index }) => index);
}
