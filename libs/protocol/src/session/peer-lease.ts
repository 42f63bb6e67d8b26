import type { ControlTimings } from './timings.js';

/** How sure the master is of a worker. `left` is a goodbye and final; every other state heals when it is heard again. */
export type LeaseState = 'live' | 'suspect' | 'lost' | 'left';

/**
 * The master's view of one worker's life, decided by silence on the master's own monotonic clock and nothing else: a
 * closed connection alone means little, because it may be back in a second, and an open one means less.
 */
export class PeerLease {
  private current: LeaseState = 'live';
  private lossCount = 0;

  constructor(
    private lastHeardMs: number,
    private readonly timings: Pick<ControlTimings, 'suspectMs' | 'lostMs'>,
  ) {}

  get state(): LeaseState {
    return this.current;
  }

  /** How often it was given up for lost. */
  get losses(): number {
    return this.lossCount;
  }

  /** Monotonic time of the last sign of life. */
  get heardMs(): number {
    return this.lastHeardMs;
  }

  /** Monotonic time at which silence changes the state next; undefined when it cannot. */
  get dueMs(): number | undefined {
    if (this.current === 'live') return this.lastHeardMs + this.timings.suspectMs;
    return this.current === 'suspect' ? this.lastHeardMs + this.timings.lostMs : undefined;
  }

  /** A sign of life. @returns the state before, when it changed by this */
  heard(nowMs: number): LeaseState | undefined {
    if (this.current === 'left') return undefined;
    this.lastHeardMs = Math.max(this.lastHeardMs, nowMs);
    return this.become('live');
  }

  /**
   * Takes time off the silence in which this process could not have heard anything, because it was stopped or busy: what
   * came meanwhile waits unread, and must not count as silence.
   */
  excuse(deafMs: number, nowMs: number): void {
    this.lastHeardMs = Math.min(nowMs, this.lastHeardMs + deafMs);
  }

  /** Looks at the clock. @returns the state before, when it changed by this */
  check(nowMs: number): LeaseState | undefined {
    if (this.current === 'left') return undefined;
    const silenceMs = nowMs - this.lastHeardMs;
    if (silenceMs >= this.timings.lostMs) return this.become('lost');
    if (silenceMs >= this.timings.suspectMs && this.current === 'live') return this.become('suspect');
    return undefined;
  }

  /** It said goodbye. @returns the state before, when it changed by this */
  leave(): LeaseState | undefined {
    return this.become('left');
  }

  private become(next: LeaseState): LeaseState | undefined {
    if (this.current === next) return undefined;
    const before = this.current;
    this.current = next;
    if (next === 'lost') this.lossCount++;
    return before;
  }
}
