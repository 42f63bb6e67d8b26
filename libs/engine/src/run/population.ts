import type { Share } from '@loadstar/shared';
import { type ClassQuota, ClassSequence, populationChange, ShareAllocation } from '../load/class-allocation.js';
import type { ClassSelection, IterationLimit, LoadTarget } from '../load/executors/executor.js';
import type { UserKind } from '../user/user-kind.js';
import { type IterationBudget, VirtualUser } from '../user/virtual-user.js';
import type { Crew } from './run-part.js';
import { UserNumbers } from './user-numbers.js';

export interface PopulationOptions {
  readonly kinds: readonly UserKind[];
  readonly seed: string;
  readonly share: Share;
  readonly selection: ClassSelection;
  /** Milliseconds that an iteration of a user that is no longer wanted may take to end. */
  readonly stopTimeoutMs: number;
  /** Added to every user's number, so that numbers are unique over the scenarios of a run. */
  readonly firstId: number;
  /** Calls back after a delay, on the run's clock. */
  readonly after: (delayMs: number, callback: () => void) => void;
}

/** The running users of one engine: keeps their number and their classes as the executor says, with the fewest changes. */
export class Population implements LoadTarget, Crew {
  /** Running users by class, the newest last, because the newest is stopped first. */
  private readonly running: VirtualUser[][];
  /** What users of each class call at their end: one function a class, not one a user. */
  private readonly onEnded: ((user: VirtualUser) => void)[];
  /** Users that have ended by themselves: they stay counted, because nobody takes their place. */
  private readonly gone: number[];
  private readonly draining = new Set<VirtualUser>();
  private readonly numbers: UserNumbers;
  private sequence: ClassSequence;
  private allocation: ShareAllocation;
  private share: Share;
  private selection: { userClasses: readonly string[]; classWeights: Readonly<Record<string, number>> };
  private swapAllowance = 0;
  private newBudget: () => IterationBudget | undefined = () => undefined;
  private lastMs = 0;
  private held = false;
  private paused = false;
  /** Run time at which a hold or a pause ended, and users that were there, until everybody is back. */
  private released: { readonly ms: number; readonly users: number } | undefined;

  constructor(private readonly options: PopulationOptions) {
    const { selection, share } = options;
    this.running = options.kinds.map(() => []);
    this.onEnded = options.kinds.map((_kind, index) => (user) => this.ended(user, index));
    this.gone = options.kinds.map(() => 0);
    this.selection = { userClasses: selection.userClasses ?? [], classWeights: selection.classWeights ?? {} };
    this.share = share;
    this.sequence = this.newSequence();
    this.allocation = new ShareAllocation(this.sequence, share);
    this.numbers = new UserNumbers(this.sequence, share);
  }

  /** Users that run and are wanted. */
  get users(): number {
    return this.running.reduce((sum, users) => sum + users.length, 0);
  }

  /** Users that are no longer wanted and whose last iteration is under way. */
  get leaving(): number {
    return this.draining.size;
  }

  /** Users by class name; with `leaving`, those whose last iteration is under way count as well. */
  usersByClass(leaving: boolean): Record<string, number> {
    const counts = this.options.kinds.map(
      ({ definition }, i) => [definition.name, this.running[i]?.length ?? 0] as const,
    );
    const byClass: Record<string, number> = Object.fromEntries(counts);
    if (!leaving) return byClass;
    for (const { kind } of this.draining) byClass[kind.definition.name] = (byClass[kind.definition.name] ?? 0) + 1;
    return byClass;
  }

  setUsers(count: number, elapsedMs: number, swapsPerSecond: number): void {
    const wanted = this.allocation.resize(this.allowed(count, elapsedMs, swapsPerSecond));
    const present = this.running.map((users, i) => users.length + (this.gone[i] ?? 0));
    const passedSeconds = Math.max(0, elapsedMs - this.lastMs) / 1000;
    this.lastMs = elapsedMs;
    // At most one second's worth is saved up; whoever changes weights does not expect a burst.
    this.swapAllowance = Math.min(Math.max(1, swapsPerSecond), this.swapAllowance + swapsPerSecond * passedSeconds);
    if (present.every((number, i) => number === (wanted[i] ?? 0))) return;
    const { starts, stops } = populationChange(wanted, present, this.swapAllowance);
    this.swapAllowance -= Math.min(starts.length, stops.length);
    this.stopSome(stops);
    for (const index of starts) this.startOne(index);
  }

  limitIterations(limit: IterationLimit): void {
    const shared = 'together' in limit ? { left: limit.together } : undefined;
    this.newBudget = () => shared ?? { left: 'each' in limit ? limit.each : 0 };
  }

  /** No new iterations, whatever the executor asks for, until `release`. What is under way may take the stop timeout. */
  hold(): void {
    this.held = true;
    this.setUsers(0, this.lastMs, 0);
  }

  /** Ends a hold: the users come back no faster than users are started anyway. */
  release(elapsedMs: number): void {
    this.held = false;
    this.released = { ms: elapsedMs, users: 0 };
  }

  pause(): void {
    this.paused = true;
  }

  /** Ends a pause: who is missing by now comes no faster than users are started anyway. */
  resume(elapsedMs: number): void {
    this.paused = false;
    this.released = { ms: elapsedMs, users: this.counted };
  }

  setShare(share: Share): void {
    this.share = share;
    this.allocate();
  }

  select({ userClasses, classWeights, tasks = {} }: ClassSelection): void {
    for (const kind of this.options.kinds) kind.selectTasks(tasks[kind.definition.name]);
    if (userClasses === undefined && classWeights === undefined) return;
    this.selection = {
      userClasses: userClasses ?? this.selection.userClasses,
      classWeights: classWeights ?? this.selection.classWeights,
    };
    this.sequence = this.newSequence();
    this.allocate();
  }

  /** No new iterations; users that wait end at once. */
  stopAll(): void {
    for (const users of this.running) {
      for (const user of users) this.draining.add(user);
      users.length = 0;
    }
    for (const user of [...this.draining]) user.stop();
  }

  /** Ends everybody now. */
  interruptAll(): void {
    this.stopAll();
    for (const user of [...this.draining]) user.interrupt();
  }

  private allowed(count: number, elapsedMs: number, perSecond: number): number {
    if (this.held) return 0;
    if (this.paused) return Math.min(count, this.counted);
    if (this.released === undefined || perSecond <= 0) return count;
    const { ms, users } = this.released;
    const back = users + Math.floor((perSecond * (elapsedMs - ms)) / 1000);
    if (back >= count) this.released = undefined;
    return Math.min(count, back);
  }

  /** Users that run, and those that have ended by themselves: they keep their place. */
  private get counted(): number {
    return this.gone.reduce((sum, count) => sum + count, this.users);
  }

  private allocate(): void {
    this.allocation = new ShareAllocation(this.sequence, this.share);
    this.numbers.reset(this.sequence, this.share);
  }

  private newSequence(): ClassSequence {
    const { userClasses, classWeights } = this.selection;
    const quotas = this.options.kinds.map(({ definition: { name, weight, fixedCount } }): ClassQuota => {
      if (userClasses.length > 0 && !userClasses.includes(name)) return { name, weight: 0, fixedCount: 0 };
      return { name, weight: classWeights[name] ?? weight, fixedCount };
    });
    return new ClassSequence(quotas, this.options.seed);
  }

  private startOne(index: number): void {
    const kind = this.options.kinds[index];
    const users = this.running[index];
    if (!kind || !users) return;
    const id = this.options.firstId + this.numbers.take(index);
    const user = new VirtualUser(kind, id, this.onEnded[index] as (user: VirtualUser) => void, this.newBudget());
    users.push(user);
    user.start();
  }

  private stopSome(indices: readonly number[]): void {
    const stopped: VirtualUser[] = [];
    for (const index of indices) {
      const user = this.running[index]?.pop();
      if (user) {
        this.draining.add(user);
        stopped.push(user);
      } else this.gone[index] = Math.max(0, (this.gone[index] ?? 0) - 1);
    }
    for (const user of stopped) user.stop();
    // One timer for all of them; those that have ended by then are not in the way.
    const late = stopped.filter((user) => !user.ended);
    if (late.length === 0) return;
    this.options.after(this.options.stopTimeoutMs, () => {
      for (const user of late) user.interrupt();
    });
  }

  private ended(user: VirtualUser, index: number): void {
    if (this.draining.delete(user)) {
      this.numbers.release(user.id - this.options.firstId, index);
      return;
    }
    const users = this.running[index];
    const at = users?.lastIndexOf(user) ?? -1;
    if (!users || at < 0) return;
    users.splice(at, 1);
    this.gone[index] = (this.gone[index] ?? 0) + 1;
  }
}
