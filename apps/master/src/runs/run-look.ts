/**
 * Looks at the thresholds of a run every second while it goes on, and ends it when one of them asks for that; leads a
 * search for the capacity from step to step.
 */
import { type Clock, formatRunTime, type LoadChange, type TimerHandle } from '@loadstar/shared';
import type { RunAccount } from './run-account.js';
import type { RunMoment } from './run-shares.js';
import { isEnd, isUnderLoad } from './run-state.js';

export interface RunLookParts {
  readonly clock: Clock;
  /** Ends the run. @param why in words; @param threshold the rule and its value */
  readonly abort: (why: string, threshold: string) => void;
  readonly change: (change: LoadChange) => void;
  /** The search is through. */
  readonly found: () => void;
  /** How long before its moment a change has to be told, milliseconds. */
  readonly leadMs: number;
}

/** A change of nothing but scenarios. */
const unchanged = { users: 0, spawnRate: 1, runTimeMs: undefined, userClasses: undefined, classWeights: undefined };

const periodMs = 1_000;

export class RunLook {
  private timer: TimerHandle | undefined;
  private isAborted = false;

  constructor(
    private readonly account: RunAccount & Pick<RunMoment, 'isWaiting'>,
    private readonly parts: RunLookParts,
  ) {}

  begin(): void {
    this.timer ??= this.parts.clock.setInterval(() => this.look(), periodMs).unref();
  }

  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private look(): void {
    const { record, numbers, elapsedMs, gone } = this.account;
    if (isEnd(record.state)) this.close();
    if (!isUnderLoad(record.state)) return;
    numbers.look(elapsedMs, gone);
    const { abort } = numbers.judge;
    if (this.isAborted || record.state === 'stopping' || this.account.isWaiting) return;
    this.search(elapsedMs);
    if (abort === undefined) return;
    this.isAborted = true;
    this.parts.abort(
      `the run was ended after ${formatRunTime(elapsedMs / 1_000)} by a threshold with abortOnFail`,
      abort,
    );
  }

  private search(elapsedMs: number): void {
    const { numbers } = this.account;
    const { change, found, leadMs } = this.parts;
    const move = numbers.judge.capacity?.advance(elapsedMs, leadMs);
    if (!move) return;
    numbers.rememberNow();
    if (move.kind === 'over') found();
    else change({ ...unchanged, atMs: move.atMs, scenarios: [{ name: move.scenario, rate: move.rate }] });
  }
}
