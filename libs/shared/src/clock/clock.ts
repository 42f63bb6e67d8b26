/**
 * The clock port. Decisions are taken on monotonic time only; wall time is a label for people and logs, because it
 * jumps. Nothing outside this folder reads `performance.now`, `Date.now` or sets a timer, which is what makes virtual
 * time possible in tests.
 */
export interface Clock {
  /** Monotonic time in milliseconds with a fraction; the origin is arbitrary and differs between processes. */
  nowMs(): number;
  /** Wall-clock time in milliseconds since the Unix epoch. A label, never an input to a decision. */
  wallMs(): number;
  /** Calls `callback` once, not before `delayMs` milliseconds from now. */
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  /** Calls `callback` every `periodMs` milliseconds until cancelled. Late calls are not made up. */
  setInterval(callback: () => void, periodMs: number): TimerHandle;
}

export interface TimerHandle {
  /** Stops the timer; harmless when it has fired or was cancelled before. */
  cancel(): void;
  /** Lets the process end although the timer is pending (no effect on a virtual clock). */
  unref(): TimerHandle;
}

/** Resolves after `delayMs` milliseconds of the given clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}
