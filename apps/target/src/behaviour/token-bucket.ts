// A target whose capacity is known: it answers so many requests a second and refuses the rest at once.
import type { Clock } from '@loadstar/shared';

/** Tokens that come at a steady rate, up to so many; a request takes one or is refused. */
export class TokenBucket {
  private tokens: number;
  private lastMs: number;

  /**
   * @param perSecond above 0
   * @param burst tokens that may gather, at least 1
   */
  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
    this.lastMs = clock.nowMs();
  }

  take(): boolean {
    const nowMs = this.clock.nowMs();
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.lastMs) * this.perSecond) / 1_000);
    this.lastMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
