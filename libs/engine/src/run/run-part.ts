import type { LoadChange, Share } from '@loadstar/shared';
import type { Executor, ExecutorStatus } from '../load/executors/executor.js';
import type { EngineAdjustment } from './engine-options.js';

/** The users of a part, whatever makes them run. */
export interface Crew {
  /** Users that run and are wanted. */
  readonly users: number;
  /** Users that are no longer wanted and whose last iteration is under way. */
  readonly leaving: number;
  usersByClass(leaving: boolean): Record<string, number>;
  /** No new iterations; users that wait end at once. */
  stopAll(): void;
  /** Ends everybody now. */
  interruptAll(): void;
  /** No new iterations, whatever is asked for, until `release`. */
  hold(): void;
  /** Ends a hold. @param elapsedMs of run time */
  release(elapsedMs: number): void;
  /** Nobody is added until `resume`; who is there stays, and stands still because the wheel does. */
  pause(): void;
  /** Ends a pause. @param elapsedMs of run time */
  resume(elapsedMs: number): void;
}

export interface RunPartOptions {
  /** Milliseconds of run time at which it starts. */
  readonly startMs: number;
  /** Milliseconds that iterations may take to end once its load is over. */
  readonly graceMs: number;
  readonly crew: Crew;
  readonly executor: Executor;
  readonly after: (delayMs: number, callback: () => void) => void;
  /** Called when its arrivals may have changed, or are over. */
  readonly onChange?: (over: boolean) => void;
}

/** One load of a run: a run of users or a shape has one part, a run of scenarios one for each. */
export class RunPart {
  private pending: EngineAdjustment[] = [];
  private begun = false;
  private over: string | undefined;

  constructor(private readonly options: RunPartOptions) {}

  get crew(): Crew {
    return this.options.crew;
  }

  /** How its load stands; undefined before its start. */
  get status(): ExecutorStatus | undefined {
    return this.begun ? this.options.executor.status : undefined;
  }

  /** Whether it starts arrivals rather than keeping users. */
  get isOpen(): boolean {
    return this.options.executor.arrivals !== undefined;
  }

  get graceMs(): number {
    return this.options.graceMs;
  }

  /** Why nothing starts any more; undefined while something may. */
  get ended(): string | undefined {
    return this.over;
  }

  /** Whether its load is over and its last user has gone. */
  get gone(): boolean {
    return this.over !== undefined && this.crew.leaving === 0;
  }

  /**
   * @param elapsedMs of run time
   * @param paused whether the run is: then what has not begun waits
   */
  advance(elapsedMs: number, paused = false): void {
    const { executor, startMs } = this.options;
    if (this.over !== undefined || elapsedMs < startMs || (paused && !this.begun)) return;
    this.begun = true;
    this.takeAdjustments(elapsedMs);
    executor.advance(elapsedMs - startMs);
    const { ended } = executor.status;
    if (ended === undefined) return;
    this.end(ended, elapsedMs);
    this.options.after(this.options.graceMs, () => this.crew.interruptAll());
  }

  /** A change that holds from a moment of run time on. */
  adjust(adjustment: EngineAdjustment): void {
    // Arrivals have their due times: they can be told in advance who starts them, and must be to lose none.
    if (this.options.executor.arrivals) {
      this.apply(adjustment);
      this.options.onChange?.(false);
      return;
    }
    this.pending.push(adjustment);
    this.pending.sort((a, b) => a.atMs - b.atMs);
  }

  /** Starts nothing more. @param elapsedMs of run time */
  end(reason: string, elapsedMs: number): void {
    if (this.over !== undefined) return;
    this.over = reason;
    this.options.executor.arrivals?.close(elapsedMs - this.options.startMs);
    this.crew.stopAll();
    this.options.onChange?.(true);
  }

  private takeAdjustments(elapsedMs: number): void {
    for (let next = this.pending[0]; next && next.atMs <= elapsedMs; next = this.pending[0]) {
      this.pending.shift();
      this.apply(next);
    }
  }

  private apply({ load, share, atMs }: EngineAdjustment): void {
    const { executor, startMs } = this.options;
    if (load) executor.change(shifted(load, startMs));
    if (share) this.reshare(share, atMs);
  }

  private reshare(share: Share, atMs: number): void {
    this.options.executor.reshare(share, atMs - this.options.startMs);
  }
}

/** The change as a part sees it whose time starts at `startMs`. */
export function shifted(change: LoadChange, startMs: number): LoadChange {
  return startMs === 0 ? change : { ...change, atMs: change.atMs - startMs };
}
