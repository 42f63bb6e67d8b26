import type { SeededRandom } from '@loadstar/shared';
import { mixedPeriod } from './mixed-period.js';
import { QuotaSequence } from './quota-sequence.js';
import { wholeWeights } from './whole-weights.js';

/** Longest period for which random orders are made; longer ones repeat too rarely to matter. */
const longestMixedPeriod = 64;
/** Random orders made before they are used again in random succession, which bounds the cost of a choice. */
const ordersKept = 64;

/**
 * Chooses items (tasks, user classes) by weight: after any n choices no item is more than one away from n times its
 * share, and users that move in lockstep do not meet the same item again and again. One mix is shared by all users of
 * an engine that choose from the same set.
 */
export class TaskMix {
  private weights: readonly number[] = [];
  private plain: QuotaSequence | undefined;
  private orders: number[][] = [];
  private order: readonly number[] = [];
  private position = 0;

  /** @param weights finite and at least 0, one of them above 0; an item of weight 0 is never chosen */
  constructor(
    weights: readonly number[],
    private readonly random: SeededRandom,
  ) {
    this.reweigh(weights);
  }

  /** Begins anew with other weights of the same items. */
  reweigh(weights: readonly number[]): void {
    this.orders = [];
    this.order = [];
    this.position = 0;
    this.weights = wholeWeights(weights);
    const period = this.weights.reduce((sum, weight) => sum + weight, 0);
    this.plain = period > longestMixedPeriod ? new QuotaSequence(this.weights) : undefined;
  }

  /** Index of the next item. */
  next(): number {
    if (this.plain) return this.plain.next();
    if (this.position === this.order.length) {
      this.order = this.nextOrder();
      this.position = 0;
    }
    return this.order[this.position++] ?? 0;
  }

  private nextOrder(): readonly number[] {
    if (this.orders.length >= ordersKept) return this.random.pick(this.orders);
    const order = mixedPeriod(this.weights, this.random);
    this.orders.push(order);
    return order;
  }
}
