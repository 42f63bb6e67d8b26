import type { Clock } from '@loadstar/shared';

/**
 * How many workers are let through at once, and how often: a thousand that come in one instant are in after two seconds,
 * and in between there is time for those that are in already. What a newcomer costs comes after it was let through (its
 * hello, its first beats, its run), so what bounds the stall is the number, not the time that letting it through takes.
 */
const batch = 10;
const everyMs = 20;

interface Waiting {
  enter(): void;
  isGone(): boolean;
}

/**
 * Lets connections in a few at a time; somebody who comes alone does not wait. Of those who wait the last to come is the
 * first to enter, and who has given up takes no place: each waits for two seconds or so and then dials again, and in order
 * of coming a master that is slow would only ever let in those who have just hung up.
 */
export class Turnstile {
  private readonly queue: Waiting[] = [];
  private lastMs = -Infinity;
  private let = 0;
  private isDue = false;

  constructor(private readonly clock: Clock) {}

  /**
   * Calls `enter` now or when it is its turn.
   * @param isGone whether it is of no use any more; then `enter` is not called
   */
  pass(enter: () => void, isGone: () => boolean): void {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.lastMs >= everyMs) {
      this.lastMs = nowMs;
      this.let = 0;
    }
    if (this.queue.length === 0 && this.let < batch) {
      this.let++;
      enter();
      return;
    }
    this.queue.push({ enter, isGone });
    this.later();
  }

  private later(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.clock
      .setTimeout(() => {
        this.isDue = false;
        this.lastMs = this.clock.nowMs();
        const turn: Waiting[] = [];
        for (let last = this.queue.pop(); last !== undefined; last = this.queue.pop()) {
          if (!last.isGone()) turn.push(last);
          if (turn.length === batch) break;
        }
        this.let = turn.length;
        if (this.queue.length > 0) this.later();
        for (const one of turn) one.enter();
      }, everyMs)
      .unref();
  }
}
