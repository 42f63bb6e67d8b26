import type { Clock, TimerHandle } from './clock.js';

interface PendingTimer {
  dueMs: number;
  order: number;
  periodMs: number | undefined;
  callback: () => void;
}

/**
 * A clock that moves only when told to, for tests: timers fire in order of their due time, ties in order of creation.
 * Between two timers `advance` lets pending promises run, so that code written with `await` behaves as in real time.
 */
export class VirtualClock implements Clock {
  private currentMs: number;
  private created = 0;
  private readonly pending = new Set<PendingTimer>();

  /**
   * @param startMs monotonic time to begin with
   * @param wallOffsetMs what `wallMs` is ahead of `nowMs`
   */
  constructor(
    startMs = 0,
    private readonly wallOffsetMs = 1_700_000_000_000,
  ) {
    this.currentMs = startMs;
  }

  nowMs(): number {
    return this.currentMs;
  }

  wallMs(): number {
    return this.currentMs + this.wallOffsetMs;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    return this.add(callback, Math.max(0, delayMs), undefined);
  }

  setInterval(callback: () => void, periodMs: number): TimerHandle {
    return this.add(callback, periodMs, periodMs);
  }

  /** Number of timers that have not fired; a test uses it to prove that nothing was left behind. */
  get pendingTimers(): number {
    return this.pending.size;
  }

  /** Moves time forward by `byMs` milliseconds, firing every timer that falls due on the way. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.currentMs + byMs;
    await settle();
    for (let next = this.earliest(endMs); next; next = this.earliest(endMs)) {
      this.currentMs = Math.max(this.currentMs, next.dueMs);
      if (next.periodMs === undefined) this.pending.delete(next);
      else next.dueMs += next.periodMs;
      next.callback();
      await settle();
    }
    this.currentMs = endMs;
    await settle();
  }

  private add(callback: () => void, delayMs: number, periodMs: number | undefined): TimerHandle {
    const timer: PendingTimer = { dueMs: this.currentMs + delayMs, order: this.created++, periodMs, callback };
    this.pending.add(timer);
    const handle: TimerHandle = { cancel: () => void this.pending.delete(timer), unref: () => handle };
    return handle;
  }

  private earliest(untilMs: number): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.pending) {
      if (timer.dueMs > untilMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}

// A macrotask turn runs every promise continuation that is ready, however long the chain.
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
