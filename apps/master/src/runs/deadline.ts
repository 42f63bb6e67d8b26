/** One moment that something waits for and that can be moved or given up; any length of time, unlike a single timer. */
import type { Clock, TimerHandle } from '@loadstar/shared';

/** Longest single timer, milliseconds: Node's are 32 bits wide and fire at once beyond that. */
const longestMs = 1_000_000_000;

export class Deadline {
  /** What is waited for; undefined for nothing. */
  atMs: number | undefined;
  private timer: TimerHandle | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly reached: () => void,
  ) {}

  /** Waits for a moment of the monotonic clock; a moment set before is forgotten. undefined waits for nothing. */
  set(atMs: number | undefined): void {
    this.cancel();
    this.atMs = atMs;
    if (atMs === undefined) return;
    const leftMs = Math.max(0, atMs - this.clock.nowMs());
    const wake = leftMs > longestMs ? (): void => this.set(atMs) : (): void => this.fire();
    this.timer = this.clock.setTimeout(wake, Math.min(leftMs, longestMs)).unref();
  }

  cancel(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.atMs = undefined;
  }

  private fire(): void {
    this.timer = undefined;
    this.atMs = undefined;
    this.reached();
  }
}
