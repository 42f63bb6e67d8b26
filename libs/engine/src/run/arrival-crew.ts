import { type Share, shareOf } from '@loadstar/shared';
import { ClassSequence } from '../load/class-allocation.js';
import type { Arrival, ArrivalTarget } from '../load/executors/executor.js';
import { ArrivalUser } from '../user/arrival-user.js';
import type { UserKind } from '../user/user-kind.js';
import type { Crew } from './run-part.js';
import { UserNumbers } from './user-numbers.js';

export interface ArrivalCrewOptions {
  /** In the order of the scenario's classes; those of weight 0 get no arrivals. */
  readonly kinds: readonly UserKind[];
  readonly seed: string;
  readonly share: Share;
  /** Users of the whole run that are there from the start, and most of them. */
  readonly preAllocated: number;
  readonly most: number;
  readonly firstId: number;
  /** Whether arrivals wait for a user when all are busy, instead of being dropped. */
  readonly waits: boolean;
  /** Monotonic time at which the scenario starts, milliseconds. */
  readonly startsAtMs: number;
}

/** The users of one class: who is free, and which arrivals wait for one that is still starting. */
interface Pool {
  readonly kind: UserKind;
  readonly users: Set<ArrivalUser>;
  /** The latest to become free is the first to be taken: its connection is the warmest. */
  readonly free: ArrivalUser[];
  readonly waiting: Arrival[];
  starting: number;
}

/**
 * The users of an open scenario in one engine. An arrival takes a free user, or a new one while there may be more; then
 * its lateness is in its response time. Beyond that it is dropped and counted: the rate is the plan's, never the target's.
 */
export class ArrivalCrew implements ArrivalTarget, Crew {
  private readonly pools: Pool[];
  private readonly draining = new Set<ArrivalUser>();
  private readonly sequence: ClassSequence;
  private readonly numbers: UserNumbers;
  private share: Share;
  private closed = false;
  private held = false;
  private paused = false;

  constructor(private readonly options: ArrivalCrewOptions) {
    const { kinds, seed, share } = options;
    this.pools = kinds.map((kind) => ({ kind, users: new Set(), free: [], waiting: [], starting: 0 }));
    const quotas = kinds.map(({ definition: { name, weight } }) => ({ name, weight, fixedCount: 0 }));
    this.sequence = new ClassSequence(quotas, seed);
    this.share = share;
    this.numbers = new UserNumbers(this.sequence, share);
  }

  /** Starts the users that have to be there when the first arrival comes. */
  prepare(): void {
    if (this.closed) return;
    const { preAllocated, most } = this.options;
    const own = shareOf(Math.min(preAllocated, most), this.share);
    for (let member = 0; member < own; member++) {
      const pool = this.pools[this.sequence.classOf(this.share.index + member * this.share.of)];
      if (pool) this.add(pool);
    }
  }

  get users(): number {
    return this.pools.reduce((sum, { users }) => sum + users.size, 0);
  }

  get leaving(): number {
    return this.draining.size;
  }

  usersByClass(leaving: boolean): Record<string, number> {
    const counts = Object.fromEntries(this.pools.map(({ kind, users }) => [kind.definition.name, users.size]));
    if (leaving)
      for (const { kind } of this.draining) counts[kind.definition.name] = 1 + (counts[kind.definition.name] ?? 0);
    return counts;
  }

  arrive(arrival: Arrival): void {
    const pool = this.pools[arrival.choice.classIndex];
    if (!pool || this.closed || this.held) {
      this.drop();
      return;
    }
    // What falls into a pause was not wanted: it is neither started nor dropped.
    if (this.paused) return;
    const user = pool.free.pop();
    if (user) {
      this.give(user, arrival);
      return;
    }
    // Users that are starting already take what waits; one more is needed only beyond those.
    if (pool.waiting.length >= pool.starting && !this.grow(pool) && !this.options.waits) {
      this.drop();
      return;
    }
    pool.waiting.push(arrival);
    this.serve(pool);
  }

  drop(): void {
    const kind = this.pools[0]?.kind;
    if (kind) kind.services.recorder.stats.droppedArrivals++;
  }

  setShare(share: Share): void {
    this.share = share;
    this.numbers.reset(this.sequence, share);
  }

  stopAll(): void {
    this.closed = true;
    for (const pool of this.pools) {
      for (let left = pool.waiting.splice(0).length; left > 0; left--) this.drop();
      for (const user of pool.users) this.draining.add(user);
      pool.users.clear();
      pool.free.length = 0;
    }
    for (const user of [...this.draining]) user.stop();
  }

  hold(): void {
    this.held = true;
    for (const { waiting } of this.pools) for (let left = waiting.splice(0).length; left > 0; left--) this.drop();
  }

  release(): void {
    this.held = false;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  interruptAll(): void {
    this.stopAll();
    for (const user of [...this.draining]) user.interrupt();
  }

  /** Makes room for one more user of a class, if need be in the place of a free one of another. */
  private grow(pool: Pool): boolean {
    const most = shareOf(this.options.most, this.share);
    if (this.users >= most) {
      const other = this.pools.find(({ free }) => free.length > 0);
      const unneeded = other?.free.shift();
      if (!other || !unneeded) return false;
      other.users.delete(unneeded);
      this.draining.add(unneeded);
      unneeded.stop();
    }
    this.add(pool);
    return true;
  }

  private add(pool: Pool): void {
    const index = this.pools.indexOf(pool);
    const number = this.numbers.take(index);
    const user = new ArrivalUser(
      pool.kind,
      this.options.firstId + number,
      () => {
        this.numbers.release(number, index);
        if (this.draining.delete(user) || !pool.users.delete(user)) return;
        const at = pool.free.indexOf(user);
        if (at >= 0) pool.free.splice(at, 1);
        if (starting) pool.starting--;
        // Somebody has to do what waits for this one.
        if (pool.waiting.length > pool.starting) this.grow(pool);
      },
      () => {
        if (starting) pool.starting--;
        starting = false;
        pool.free.push(user);
        this.serve(pool);
      },
    );
    let starting = true;
    pool.starting++;
    pool.users.add(user);
    user.start();
  }

  private serve(pool: Pool): void {
    while (pool.waiting.length > 0) {
      const user = pool.free.pop();
      const arrival = user && pool.waiting.shift();
      if (!user || !arrival) return;
      this.give(user, arrival);
    }
  }

  private give(user: ArrivalUser, { dueMs, choice }: Arrival): void {
    const { clock, recorder } = user.kind.services;
    const intendedMs = this.options.startsAtMs + dueMs;
    recorder.stats.lag.record(Math.max(0, Math.round((clock.nowMs() - intendedMs) * 1000)));
    user.run(choice.entry, intendedMs);
  }
}
