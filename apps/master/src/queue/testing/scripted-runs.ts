/**
 * Runs and workers for tests of the queue. The world outlives every master: records stay, and what has begun goes on and
 * ends by itself, as workers do. Each master sees it through an object of its own.
 */
import { type Clock, type CreateRunBody, LoadstarError, type RunState } from '@loadstar/shared';
import type { QueueTicket } from '../queue-ticket.js';
import { QueuedRuns, type QueueWish } from '../queued-runs.js';
import type { PoolWorker } from '../take-turns.js';
import type { Demand } from '../workers-desired.js';

interface ScriptedRun {
  readonly id: string;
  readonly request: CreateRunBody;
  readonly wish: QueueWish;
  readonly createdAtMs: number;
  state: RunState;
  reason: string | undefined;
  turnMs: number | undefined;
  workers: readonly string[];
}

export class RunWorld {
  readonly runs = new Map<string, ScriptedRun>();
  /** Ids in the order in which they were begun; one that is begun twice is in it twice. */
  readonly begun: string[] = [];
  readonly pool = new Map<string, Readonly<Record<string, string>>>();
  /** How long a run takes, milliseconds. */
  runMs = 10;
  /** What the next attempts to begin a run end with. */
  readonly refusals: Error[] = [];
  /** Ends of runs that wait for `release`. */
  private held: (() => void)[] | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(readonly clock: Clock) {}

  /** What a master sees of it. */
  seen(): ScriptedRuns {
    return new ScriptedRuns(this);
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Lets no run end before `release`, however long the test takes to look. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const ends = this.held ?? [];
    this.held = undefined;
    for (const end of ends) end();
  }

  /** Ends a run that begins now, in its time. */
  later(end: () => void): void {
    if (this.held) this.held.push(end);
    else this.clock.setTimeout(end, this.runMs);
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** Lets workers in, all at once. */
  join(...workers: (string | [string, Readonly<Record<string, string>>])[]): void {
    for (const worker of workers) {
      const [id, labels] = typeof worker === 'string' ? [worker, {}] : worker;
      this.pool.set(id, labels);
    }
    this.changed();
  }

  set(run: ScriptedRun, state: RunState, reason?: string): void {
    run.state = state;
    run.reason = reason;
    this.changed();
  }

  stateOf(id: string): RunState | undefined {
    return this.runs.get(id)?.state;
  }
}

const isOver = (state: RunState): boolean => state === 'finished' || state === 'failed' || state === 'aborted';

export class ScriptedRuns extends QueuedRuns {
  constructor(private readonly world: RunWorld) {
    super();
  }

  check({ scenario }: CreateRunBody): Promise<void> {
    return scenario === 'no.ts' ? Promise.reject(new LoadstarError('SCENARIO_NOT_FOUND')) : Promise.resolve();
  }

  async add(id: string, request: CreateRunBody, wish: QueueWish): Promise<void> {
    const { runs, clock } = this.world;
    if (runs.has(id)) return;
    await this.check(request);
    const createdAtMs = clock.wallMs();
    runs.set(id, {
      id,
      request,
      wish,
      createdAtMs,
      state: 'queued',
      reason: undefined,
      turnMs: undefined,
      workers: [],
    });
    this.world.changed();
  }

  wish(id: string): QueueWish | undefined {
    return this.world.runs.get(id)?.wish;
  }

  waiting(): QueueTicket[] {
    return [...this.world.runs.values()]
      .filter(({ state }) => state === 'queued')
      .map(({ id, wish, createdAtMs }) => ({ ...wish, id, createdAtMs }));
  }

  state(id: string): RunState | undefined {
    return this.world.stateOf(id);
  }

  latestOf(scheduleId: string): { id: string; state: RunState } | undefined {
    return [...this.world.runs.values()].findLast(({ wish }) => wish.scheduleId === scheduleId);
  }

  async begin(id: string, workers: readonly string[]): Promise<void> {
    const { world } = this;
    const run = world.runs.get(id);
    const refusal = world.refusals.shift();
    if (refusal) throw refusal;
    if (run?.state !== 'queued') return;
    world.begun.push(id);
    run.workers = workers;
    run.turnMs = world.clock.wallMs();
    world.set(run, 'running');
    world.later(() => {
      run.workers = [];
      if (run.state === 'running') world.set(run, 'finished');
    });
  }

  giveUp(id: string, reason: string): Promise<void> {
    const run = this.world.runs.get(id);
    if (run?.state === 'queued') this.world.set(run, 'failed', reason);
    return Promise.resolve();
  }

  /** What a user does with a run that waits. */
  stop(id: string): void {
    const run = this.world.runs.get(id);
    if (run && !isOver(run.state)) this.world.set(run, 'aborted', 'stopped by a user');
  }

  ended(id: string): Promise<void> {
    const isEnded = (): boolean => isOver(this.state(id) ?? 'finished');
    if (isEnded()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.world.watch(() => {
        if (!isEnded()) return;
        end();
        resolve();
      });
    });
  }

  lastTurns(): Map<string, number> {
    const turns = new Map<string, number>();
    for (const { wish, turnMs = 0 } of this.world.runs.values()) {
      turns.set(wish.owner, Math.max(turns.get(wish.owner) ?? 0, turnMs));
    }
    return turns;
  }

  active(): Demand[] {
    return [...this.world.runs.values()]
      .filter(({ state }) => state === 'running')
      .map(({ wish: { labels, minWorkers }, request: { users } }) => ({ labels, minWorkers, users }));
  }

  usersOf(id: string): number | undefined {
    return this.world.runs.get(id)?.request.users;
  }

  workers(): PoolWorker[] {
    const busy = new Set([...this.world.runs.values()].flatMap(({ workers }) => workers));
    return [...this.world.pool].map(([id, labels]) => ({ id, labels, state: busy.has(id) ? 'busy' : 'free' }));
  }

  onChange(listener: () => void): void {
    this.world.watch(listener);
  }
}
