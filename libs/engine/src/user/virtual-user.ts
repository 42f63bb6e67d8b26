import {
  InterruptTaskSet,
  type HttpClient,
  type NestedTaskSet,
  RescheduleTask,
  type OpenExchange,
  RescheduleTaskImmediately,
  StopUser,
  type TaskEntry,
  type User,
  type UserContext,
} from '@loadstar/scenario';
import { type ParameterValue, SeededRandom } from '@loadstar/shared';
import type { IterationCounts } from '@loadstar/stats';
import type { Sleeper, WheelTimer } from '../hot/timer-wheel.js';
import { TaskFrame } from './task-frame.js';
import type { UserClient, UserKind } from './user-kind.js';

/** Least pause before a user whose `onStart` threw tries again, and after a wait time that is not one. */
const retryMs = 1_000;
/** Longest wait, 24 days: what a timer can hold. */
const longestWaitMs = 2 ** 31 - 1;
const never = new Promise<never>(() => {});

/** Counts down the iterations of a user, or of several. */
export interface IterationBudget {
  left: number;
}

export type Next = 'at once' | 'after wait' | 'stop';

/**
 * One running user. It is its own context (one object fewer per user). While it waits it is nothing but this object, the
 * scenario's instance and a node of the timer wheel: the loop below is an async function only while something runs.
 *
 * Life: start -> (onStart -> iterations and waits -> onStop) -> ended. `stop` lets the iteration under way end;
 * `interrupt` abandons it: its promises never settle, so its code does not go on.
 */
export class VirtualUser implements UserContext, Sleeper {
  protected user: User | undefined;
  protected frame: TaskFrame | undefined;
  private client: UserClient | undefined;
  private ownRandom: SeededRandom | undefined;
  private timer: WheelTimer | undefined;
  /** When what runs next was meant to start, monotonic milliseconds; undefined: when it does. */
  private intendedMs: number | undefined;
  protected stopping = false;
  protected inIteration = false;
  protected over = false;

  /**
   * @param id number of this user in the whole run
   * @param onEnded called once, when the user has ended, however it did
   */
  constructor(
    readonly kind: UserKind,
    readonly id: number,
    private readonly onEnded: (user: VirtualUser) => void,
    /** Iterations that may still be started; undefined: any number. Several users may share one. */
    private readonly budget?: IterationBudget,
  ) {}

  get host(): string {
    return this.kind.host;
  }

  get data(): unknown {
    return this.kind.services.data;
  }

  get random(): SeededRandom {
    this.ownRandom ??= new SeededRandom(`${this.kind.services.seed}/user/${this.id}`);
    return this.ownRandom;
  }

  get env(): Readonly<Record<string, string>> {
    return this.kind.env;
  }

  get parameters(): Readonly<Record<string, ParameterValue>> {
    return this.kind.services.parameters;
  }

  standstill(): Promise<void> | undefined {
    // What is added to a wheel that stands still waits until it turns again.
    if (!this.kind.services.wheel.frozen) return undefined;
    // A pause is nobody's response time.
    this.intend(undefined);
    return this.sleep(0);
  }

  get http(): HttpClient {
    if (!this.client) {
      this.client = this.kind.clients.client(this.kind.host, this.kind.definition.http);
      this.client.intendedStartMs = this.intendedMs;
    }
    return this.client;
  }

  beginExchange(method: string, name: string): OpenExchange {
    const intendedMs = this.client ? this.client.intendedStartMs : this.intendedMs;
    this.intend(undefined);
    return this.kind.exchanges.begin(method, name, intendedMs);
  }

  slipped(lateMs: number): void {
    this.intendedMs = this.nowMs() - lateMs;
  }

  nowMs(): number {
    return this.kind.services.clock.nowMs();
  }

  sleep(seconds: number): Promise<void> {
    if (this.over) return never;
    return new Promise((resolve) => {
      // Code of a user that was interrupted meanwhile must not go on.
      this.kind.services.wheel.after(waitMs(seconds) ?? 0, () => {
        if (!this.over) resolve();
      });
    });
  }

  recordCheck(name: string, passed: boolean): void {
    this.kind.services.recorder.stats.check(name, passed);
  }

  /** Where iterations are counted. */
  protected get iterations(): IterationCounts {
    return this.kind.services.recorder.stats.iterations;
  }

  /** Says when the next request was meant to start; the request takes it. */
  protected intend(ms: number | undefined): void {
    this.intendedMs = undefined;
    if (this.client) this.client.intendedStartMs = ms;
    else this.intendedMs = ms;
  }

  get ended(): boolean {
    return this.over;
  }

  start(): void {
    void this.begin();
  }

  /** No new iteration from now on. A user that waits ends at once, one in an iteration when that has ended. */
  stop(): void {
    if (this.stopping || this.over) return;
    this.stopping = true;
    if (!this.timer) return;
    this.timer.cancel();
    this.timer = undefined;
    void this.loop();
  }

  /** Ends the user now. An iteration under way is counted as interrupted; `onStop` does not run. */
  interrupt(): void {
    if (this.over) return;
    if (this.inIteration) this.iterations.interrupted++;
    this.end();
  }

  private async begin(): Promise<void> {
    this.timer = undefined;
    if (this.stopping) return this.end();
    if (this.pausedBefore()) return;
    try {
      const user = this.kind.definition.create(this);
      this.user = user;
      this.frame = new TaskFrame(this.kind, this.kind.definition.tasks, user, undefined);
      await user.onStart();
    } catch (error) {
      if (this.over) return;
      if (error instanceof StopUser) return this.finish();
      this.startFailed(error);
      return;
    }
    if (!this.over) this.started();
  }

  /** `onStart` has run: what the user does from now on. */
  protected started(): void {
    void this.loop();
  }

  private startFailed(error: unknown): void {
    const { name } = this.kind.definition;
    const { recorder, wheel } = this.kind.services;
    this.kind.services.onStartFailed(name, recorder.exception(error, `${name}.onStart`));
    this.frame = undefined;
    if (this.stopping) this.end();
    else this.timer = wheel.wake(retryMs, this);
  }

  /** While time stands still a user begins nothing: it goes on when time does. */
  private pausedBefore(): boolean {
    const { wheel } = this.kind.services;
    if (!wheel.frozen) return false;
    this.timer = wheel.wake(0, this);
    return true;
  }

  /** Its wait is over: it goes on where it is, or begins if it has not begun. Called by the timer wheel. */
  woken(): void {
    void (this.frame ? this.loop() : this.begin());
  }

  /** Iterations until a wait, a stop or the end. Never rejects: whatever a scenario throws is counted. */
  protected async loop(): Promise<void> {
    const { turns } = this.kind.services;
    this.timer = undefined;
    while (!this.over && !this.stopping && this.frame) {
      if (this.pausedBefore()) return;
      if (this.budget && this.budget.left-- <= 0) break;
      if (this.intendedMs !== undefined) this.intend(this.intendedMs);
      const entry = this.frame.next();
      this.kind.countStart(entry, this.frame);
      let next: Next;
      if (entry.nested) next = await this.enter(entry.nested);
      else {
        // What `iterate` does, without a promise of its own: a fifth of a microsecond an iteration.
        const { frame } = this;
        this.iterationBegan();
        try {
          const result = entry.invoke?.(frame.owner);
          if (result instanceof Promise || isThenable(result)) await result;
          next = this.iterationEnded();
        } catch (error) {
          next = await this.iterationThrew(error, entry, frame);
        }
      }
      if (this.over) return;
      if (next === 'stop') this.stopping = true;
      else if (next === 'after wait' && this.wait()) return;
      else if (turns.due()) await turns.nextTurn();
    }
    await this.finish();
  }

  protected async iterate(entry: TaskEntry, frame: TaskFrame): Promise<Next> {
    this.iterationBegan();
    try {
      const result = entry.invoke?.(frame.owner);
      if (result instanceof Promise || isThenable(result)) await result;
      return this.iterationEnded();
    } catch (error) {
      return await this.iterationThrew(error, entry, frame);
    }
  }

  private iterationBegan(): void {
    this.iterations.started++;
    this.inIteration = true;
  }

  private iterationEnded(): Next {
    if (this.over) return 'stop';
    this.inIteration = false;
    this.iterations.finished++;
    return 'after wait';
  }

  private async iterationThrew(error: unknown, entry: TaskEntry, frame: TaskFrame): Promise<Next> {
    if (this.over) return 'stop';
    const { iterations } = this;
    this.inIteration = false;
    const signal = await this.signalled(error, frame);
    if (signal) iterations.finished++;
    else {
      iterations.failed++;
      this.kind.services.recorder.exception(error, `${frame.set.name}.${entry.name}`);
    }
    return signal ?? 'after wait';
  }

  /** What a control signal asks for; undefined when it is no signal but a failure. */
  private async signalled(error: unknown, frame: TaskFrame): Promise<Next | undefined> {
    if (error instanceof StopUser) return 'stop';
    if (error instanceof InterruptTaskSet) {
      if (frame.parent) {
        this.frame = frame.parent;
        if (await this.leave(frame)) return 'stop';
      }
      return error.reschedule ? 'at once' : 'after wait';
    }
    if (error instanceof RescheduleTaskImmediately) return 'at once';
    return error instanceof RescheduleTask ? 'after wait' : undefined;
  }

  protected async enter(nested: NestedTaskSet): Promise<Next> {
    const { user, frame: parent } = this;
    if (!user || !parent) return 'stop';
    try {
      const set = nested.create(user, parent.owner);
      const frame = new TaskFrame(this.kind, nested, set, parent);
      this.frame = frame;
      await set.onStart();
      return 'at once';
    } catch (error) {
      if (this.over) return 'stop';
      const entered = this.frame;
      const signal = entered && entered !== parent ? await this.signalled(error, entered) : undefined;
      if (signal) return signal;
      this.frame = parent;
      this.kind.services.recorder.exception(error, `${nested.name}.onStart`);
      return 'after wait';
    }
  }

  /** Runs the set's `onStop`. @returns whether it asked for the end of the user */
  private async leave(frame: TaskFrame): Promise<boolean> {
    try {
      await frame.owner.onStop();
    } catch (error) {
      if (error instanceof StopUser) return true;
      if (!this.over) this.kind.services.recorder.exception(error, `${frame.set.name}.onStop`);
    }
    return false;
  }

  /** Begins the wait of the present task set. @returns false when there is nothing to wait for */
  private wait(): boolean {
    const ms = this.waitMs();
    if (ms === 0 || this.stopping) return false;
    this.timer = this.kind.services.wheel.wake(ms, this);
    return true;
  }

  /** Milliseconds that the present task set wants to wait. */
  protected waitMs(): number {
    try {
      const seconds: unknown = this.frame?.owner.waitTime();
      const ms = waitMs(seconds);
      if (ms === undefined) throw new TypeError(`waitTime() gave ${String(seconds)}, not a number of seconds`);
      return ms;
    } catch (error) {
      this.kind.services.recorder.exception(error, `${this.kind.definition.name}.waitTime`);
      return retryMs;
    }
  }

  protected async finish(): Promise<void> {
    for (let frame = this.frame; frame && !this.over; frame = frame.parent) {
      this.frame = frame.parent;
      await this.leave(frame);
    }
    this.end();
  }

  protected end(): void {
    if (this.over) return;
    this.over = true;
    this.timer?.cancel();
    this.timer = undefined;
    this.client?.close();
    this.client = undefined;
    this.frame = undefined;
    this.user = undefined;
    this.onEnded(this);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Milliseconds of a number of seconds, at least 0; undefined for what is no number. */
function waitMs(seconds: unknown): number | undefined {
  if (typeof seconds !== 'number' || Number.isNaN(seconds)) return undefined;
  return Math.min(longestWaitMs, Math.max(0, seconds * 1000));
}
