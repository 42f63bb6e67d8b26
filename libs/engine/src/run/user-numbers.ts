import type { Share } from '@loadstar/shared';
import type { ClassSequence } from '../load/class-allocation.js';

/**
 * Gives out user numbers of one share, each to the class that the sequence names for it, lowest first and released ones
 * again. Within one share numbers are never in use twice; over a run they are unique as long as shares stay as they are
 * (after a change of shares a running user keeps its number, which the new holder of that number may use as well).
 */
export class UserNumbers {
  private readonly inUse = new Set<number>();
  private released: number[][] = [];
  private cursors: number[] = [];

  constructor(
    private sequence: ClassSequence,
    private share: Share,
  ) {
    this.reset(sequence, share);
  }

  /** Takes numbers from another share or sequence from now on. */
  reset(sequence: ClassSequence, share: Share): void {
    this.sequence = sequence;
    this.share = share;
    this.released = sequence.classes.map(() => []);
    this.cursors = sequence.classes.map(() => 0);
  }

  take(classIndex: number): number {
    for (let again = this.released[classIndex]?.pop(); again !== undefined; again = this.released[classIndex]?.pop()) {
      if (this.use(again)) return again;
    }
    for (;;) {
      const member = this.cursors[classIndex] ?? 0;
      this.cursors[classIndex] = member + 1;
      const k = this.share.index + member * this.share.of;
      const owner = this.sequence.classOf(k);
      // Past the last fixed number nothing is allocated; the caller never asks for that, the guard ends the search.
      if (owner < 0 || (owner === classIndex && this.use(k))) return k;
    }
  }

  release(k: number, classIndex: number): void {
    this.inUse.delete(k);
    if (this.sequence.classOf(k) === classIndex && k % this.share.of === this.share.index) {
      this.released[classIndex]?.push(k);
    }
  }

  private use(k: number): boolean {
    if (this.inUse.has(k)) return false;
    this.inUse.add(k);
    return true;
  }
}
