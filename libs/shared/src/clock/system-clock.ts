import type { Clock, TimerHandle } from './clock.js';

class SystemTimer implements TimerHandle {
  constructor(private readonly timer: NodeJS.Timeout) {}

  cancel(): void {
    clearTimeout(this.timer);
  }

  unref(): TimerHandle {
    this.timer.unref();
    return this;
  }
}

/** The process's own clock: `performance.now` for decisions, `Date.now` for labels. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimeout: (callback, delayMs) => new SystemTimer(setTimeout(callback, delayMs)),
  setInterval: (callback, periodMs) => new SystemTimer(setInterval(callback, periodMs)),
};
