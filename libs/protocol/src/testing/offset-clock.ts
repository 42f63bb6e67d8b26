import type { Clock, TimerHandle } from '@loadstar/shared';

/** Another process's view of the same time: both its clocks are off by fixed amounts. */
export class OffsetClock implements Clock {
  constructor(
    private readonly base: Clock,
    private readonly monotonicOffsetMs: number,
    private readonly wallOffsetMs = 0,
  ) {}

  nowMs(): number {
    return this.base.nowMs() + this.monotonicOffsetMs;
  }

  wallMs(): number {
    return this.base.wallMs() + this.wallOffsetMs;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    return this.base.setTimeout(callback, delayMs);
  }

  setInterval(callback: () => void, periodMs: number): TimerHandle {
    return this.base.setInterval(callback, periodMs);
  }
}
