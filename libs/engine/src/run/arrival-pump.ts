import type { Clock, TimerHandle } from '@loadstar/shared';
import type { ArrivalSource } from '../load/executors/executor.js';
import { afterPromises } from './after-promises.js';

/** An arrival this close is waited for by spinning: a timer may come a millisecond early or late. */
const spinMs = 2;
/** What a timer is set short of the moment that it is for. */
const timerMarginMs = 1;
const economyTickMs = 1;
/** Arrivals started before answers are read again: after a stall many are due at once. */
const arrivalsPerTurn = 64;
/** What is due within this is due: sums of times are not exact, and must not be waited for in steps of nothing. */
const noiseMs = 1e-6;
/** Cost of a turn of the event loop that had nothing to do, at most; what takes longer has worked. */
const idleTurnMs = 0.004;

export interface PumpOptions {
  readonly clock: Clock;
  /**
   * Calls back in the next turn of the event loop. Virtual time has no turns to spin in: there it is a timer.
   * @param inMs how long there is still to wait
   */
  readonly soon: (callback: () => void, inMs: number) => void;
  /**
   * Called before arrivals start that are due, and may withdraw the right to start any: after the process was stopped for
   * a while this may be the first code to run.
   */
  readonly beforeArrivals?: (() => void) | undefined;
  /**
   * Called in each spinning turn: the event loop has just looked for input.
   * @returns whether users were given answers, so that some of them may be free in a moment
   */
  readonly onPoll?: (() => boolean) | undefined;
}

interface Entry {
  readonly source: ArrivalSource;
  /** Monotonic time at which the source's time is 0. */
  readonly originMs: number;
}

/**
 * Starts arrivals at their time, for all open scenarios of an engine. The schedule is absolute: after a delay everything
 * that is due starts at once, and its lateness is recorded where it starts.
 */
export class ArrivalPump {
  private entries: Entry[] = [];
  private timer: TimerHandle | undefined;
  private spinning = false;
  private lastTurnMs = 0;
  private idleMs = 0;

  constructor(private readonly options: PumpOptions) {}

  add(source: ArrivalSource, originMs: number): void {
    this.entries.push({ source, originMs });
    this.wake();
  }

  remove(source: ArrivalSource): void {
    this.entries = this.entries.filter((entry) => entry.source !== source);
    if (this.entries.length === 0) this.timer?.cancel();
  }

  /** Looks at the sources again, because one of them has changed. */
  wake(): void {
    if (this.spinning || this.entries.length === 0) return;
    this.timer?.cancel();
    this.turn();
  }

  /** Milliseconds that were spent spinning without work since the last call. They look busy and are not. */
  takeIdleMs(): number {
    const taken = this.idleMs;
    this.idleMs = 0;
    return taken;
  }

  private readonly turn = (): void => {
    const { clock } = this.options;
    const nowMs = clock.nowMs();
    if (this.spinning) {
      this.idleMs += Math.min(idleTurnMs, nowMs - this.lastTurnMs);
      // Arrivals that are due now find the users that these answers free.
      if (this.options.onPoll?.()) return afterPromises(this.startDue);
    }
    this.startDue();
  };

  private readonly startDue = (): void => {
    const nowMs = this.options.clock.nowMs();
    this.spinning = false;
    this.timer = undefined;
    for (const { source, originMs } of this.entries) {
      const elapsedMs = nowMs - originMs + noiseMs;
      if (source.nextMs > elapsedMs) continue;
      this.options.beforeArrivals?.();
      source.take(elapsedMs, arrivalsPerTurn);
    }
    this.lastTurnMs = nowMs;
    this.arm();
  };

  private arm(): void {
    const nowMs = this.options.clock.nowMs();
    let next: Entry | undefined;
    for (const entry of this.entries) if (!next || dueMs(entry) < dueMs(next)) next = entry;
    if (!next || dueMs(next) === Infinity) return;
    const gapMs = Math.max(0, dueMs(next) - nowMs);
    if (next.source.timing === 'economy' && gapMs > 0) this.after(Math.max(economyTickMs, gapMs));
    else if (gapMs > spinMs) this.after(gapMs - timerMarginMs);
    else {
      this.spinning = true;
      this.options.soon(this.turn, gapMs);
    }
  }

  private after(delayMs: number): void {
    // Node cuts delays above 24 days to nothing; a turn too many does no harm.
    this.timer = this.options.clock.setTimeout(this.turn, Math.min(delayMs, 1e9));
  }
}

function dueMs({ source, originMs }: Entry): number {
  return source.nextMs + originMs;
}
