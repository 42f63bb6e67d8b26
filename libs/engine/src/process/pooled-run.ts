import {
  type Clock,
  fromWireError,
  latestEndSeconds,
  type LoadChange,
  LoadstarError,
  type Logger,
  newId,
  type RunPlan,
  type ScenarioDescription,
  type Share,
  subShare,
  type TimerHandle,
  type TracedBatch,
} from '@loadstar/shared';
import { decodeSnapshot, type RunStats, type SnapshotHeader } from '@loadstar/stats';
import type { EngineAdjustment } from '../run/engine-options.js';
import { EngineProcess } from './engine-process.js';
import { machineNowMs } from './machine-clock.js';
import { MergedNumbers } from './merged-numbers.js';
import type { Event, Loaded, Question } from './messages.js';

/** Longest time that loading a scenario, and that a run-once hook, may take. */
const loadLimitMs = 30_000;
const hookLimitMs = 120_000;
/** Merged numbers go out this long after each second of run time, when the engines' own have arrived. */
const mergeDelayMs = 150;
const periodMs = 1_000;
/** Time beyond the grace of a stop after which an engine that has not ended is killed. */
const killAfterMs = 2_000;
/** Replacements per run: a scenario that kills every engine must not fork for ever. */
const mostReplacements = 5;

export interface StartRequest {
  readonly share: Share;
  /** Milliseconds from now at which the run time is `elapsedMs`. */
  readonly inMs: number;
  /** 0 for a new run; the run time at that instant for one that is joined late. */
  readonly elapsedMs: number;
  /** Changes of the load made before, oldest first. */
  readonly changes?: readonly LoadChange[];
  /** What `setup()` returned. */
  readonly data: unknown;
  /** Replace an engine process that dies by a fresh one that takes over its share. Default: its load is missing. */
  readonly replaceDead?: boolean;
}

/** Merged cumulative numbers of all engines of a pool. */
export interface PoolSnapshot {
  readonly header: SnapshotHeader;
  readonly stats: RunStats;
}

export interface PooledRunOptions {
  readonly plan: RunPlan;
  readonly code: string;
  readonly engines: number;
  readonly entry: string;
  readonly nodeArgs: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly worker: string;
  readonly onNumbers: (
    header: Omit<SnapshotHeader, 'runId' | 'worker' | 'incarnation' | 'seq'>,
    stats: RunStats,
  ) => void;
  readonly onEngineDied: (how: string) => void;
  readonly onLog: (line: string) => void;
  readonly onTraced: (batch: TracedBatch) => void;
}

interface Slot {
  readonly index: number;
  /** Name of the present process; a replacement has another. */
  name: string;
  process: EngineProcess;
  /** The pool itself has ended the process: that is no news. */
  dismissed: boolean;
}

type State = 'preparing' | 'prepared' | 'running' | 'stopping' | 'ended';

/** One run of a pool: its engine processes from the first fork to the last exit. */
export class PooledRun {
  private readonly slots: Slot[] = [];
  private readonly numbers: MergedNumbers;
  private state: State = 'preparing';
  private started: { request: StartRequest; originMs: number } | undefined;
  private share: Share | undefined;
  private readonly changes: LoadChange[] = [];
  private leaseUntilMachineMs: number | undefined;
  private hasTeardown = false;
  private replacements = 0;
  private merging: TimerHandle | undefined;
  private killing: TimerHandle | undefined;
  private lastElapsedMs = -1;
  /** Run time at which the first engine was seen to end by itself; the others then have the grace of a stop. */
  private endSeenMs = Infinity;
  /** Why an engine could not start, if one could not. */
  private failure: string | undefined;
  private settle: () => void = () => {};
  /** Resolves when the final numbers are out. */
  readonly ended = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  constructor(private readonly options: PooledRunOptions) {
    this.numbers = new MergedNumbers(options.plan.load.kind === 'scenarios');
  }

  get runId(): string {
    return this.options.plan.runId;
  }

  get active(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  /** Nothing can be asked of it any more; it may have been let go before its start. */
  get isOver(): boolean {
    return this.state === 'ended';
  }

  /** Forks the engines and loads the scenario in each. @throws LoadstarError the first problem; nothing is left running */
  async prepare(): Promise<ScenarioDescription> {
    try {
      this.expectWanted();
      for (let index = 0; index < this.options.engines; index++) this.slots.push(this.fork(index));
      const loaded = await Promise.all(this.slots.map((slot) => this.load(slot)));
      this.expectWanted();
      const first = loaded[0];
      if (!first) throw new LoadstarError('INVALID_INPUT', { detail: 'a pool needs at least one engine' });
      this.hasTeardown = first.hasTeardown;
      this.state = 'prepared';
      return first.description;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  setup(): Promise<unknown> {
    return this.askFirst({ kind: 'setup' });
  }

  /** Runs `teardown()` if the scenario has one; the engine processes are gone afterwards. */
  async teardown(data: unknown): Promise<void> {
    try {
      if (this.hasTeardown && this.slots.some(({ process }) => process.alive)) {
        await this.askFirst({ kind: 'teardown', data: data ?? this.started?.request.data });
      }
    } finally {
      this.hasTeardown = false;
      await this.close();
    }
  }

  /** @throws LoadstarError ENGINE_DIED when one of its engines has, since it was prepared; then nothing is begun */
  start(request: StartRequest): void {
    if (this.state !== 'prepared') return;
    if (this.slots.some(({ process }) => !process.alive))
      throw new LoadstarError('ENGINE_DIED', { detail: 'it was gone before the start' });
    this.state = 'running';
    this.share = request.share;
    this.changes.push(...(request.changes ?? []));
    const { clock } = this.options;
    this.started = { request, originMs: clock.nowMs() + request.inMs - request.elapsedMs };
    for (const slot of this.slots) this.startEngine(slot, request.inMs, request.elapsedMs);
    const firstMs = periodMs - (request.elapsedMs % periodMs) + mergeDelayMs + request.inMs;
    this.merging = clock.setTimeout(() => {
      this.publish(false);
      this.merging = clock.setInterval(() => this.publish(false), periodMs);
    }, firstMs);
    this.endWhenNobodyIsLeft();
  }

  adjust({ load, share, atMs }: EngineAdjustment): void {
    if (!this.active) return;
    if (load) this.changes.push(load);
    if (share) this.share = share;
    for (const slot of this.slots) {
      const part = share ? subShare(share, { index: slot.index, of: this.options.engines }) : undefined;
      slot.process.order({ kind: 'adjust', adjustment: { load, share: part, atMs } });
    }
  }

  /** Lets iterations begin for `leftMs` more milliseconds, and none after that until it is called again. */
  lease(leftMs: number): void {
    this.leaseUntilMachineMs = machineNowMs() + leftMs;
    for (const slot of this.slots) this.lend(slot);
  }

  /** Ends the load; engines that do not end in time are killed. Resolves when the final numbers are out. */
  async stop(graceMs: number, reason: string): Promise<void> {
    if (this.state === 'prepared' || this.state === 'preparing') {
      this.finish();
      return;
    }
    if (this.state === 'ended') return;
    this.state = 'stopping';
    for (const { process } of this.slots) process.order({ kind: 'stop', graceMs, reason });
    this.killing?.cancel();
    this.killing = this.options.clock.setTimeout(() => this.killTheLate(), graceMs + killAfterMs);
    await this.ended;
  }

  /** Ends all processes now. */
  async close(): Promise<void> {
    this.finish();
    await Promise.all(this.slots.map(({ process }) => process.end()));
  }

  /** @throws LoadstarError RUN_NOT_ACTIVE when it was let go while it was being prepared */
  private expectWanted(): void {
    if (this.isOver) throw new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state: this.state });
  }

  private fork(index: number): Slot {
    const { entry, nodeArgs, clock, worker, onLog } = this.options;
    const name = `${worker}.${newId(6)}`;
    const process = new EngineProcess({
      entry,
      nodeArgs,
      clock,
      onEvent: (event) => this.take(name, event),
      onExit: (how) => this.exited(index, name, how),
      onLine: (stream, line) => onLog(`engine ${index} ${stream}: ${line}`),
    });
    return { index, name, process, dismissed: false };
  }

  private async load({ name, process }: Slot): Promise<Loaded> {
    const { plan, code } = this.options;
    const late = (): LoadstarError =>
      new LoadstarError('SCENARIO_THREW', { detail: `it did not finish loading within ${loadLimitMs / 1000} s` });
    return (await process.ask({ kind: 'load', code, plan, engine: name }, loadLimitMs, late)) as Loaded;
  }

  private askFirst(question: Question): Promise<unknown> {
    const slot = this.slots.find(({ process }) => process.alive);
    if (!slot) return Promise.reject(new LoadstarError('ENGINE_DIED', { detail: 'no engine process is left' }));
    const late = (): LoadstarError =>
      new LoadstarError('SETUP_FAILED', { detail: `${question.kind}() took longer than ${hookLimitMs / 1000} s` });
    return slot.process.ask(question, hookLimitMs, late);
  }

  private startEngine(slot: Slot, inMs: number, elapsedMs: number): void {
    const { index, process } = slot;
    const { started, share } = this;
    if (!started || !share) return;
    const part = subShare(share, { index, of: this.options.engines });
    const { data } = started.request;
    process.order({ kind: 'start', start: { share: part, inMs, elapsedMs, changes: this.changes, data } });
    this.lend(slot);
  }

  private lend({ process }: Slot): void {
    const { leaseUntilMachineMs: untilMachineMs } = this;
    if (untilMachineMs !== undefined) process.order({ kind: 'lease', untilMachineMs });
  }

  private take(name: string, event: Event): void {
    const { logger } = this.options;
    if (event.kind === 'log') {
      logger[event.level]({ ...event.facts, engine: name }, event.message);
      this.options.onLog(`${event.message} ${JSON.stringify(event.facts)}`);
    } else if (event.kind === 'traced') this.options.onTraced(event.batch);
    else if (event.kind === 'failed') {
      this.failure ??= fromWireError(event.problem).message;
      logger.error({ engine: name, problem: event.problem }, 'an engine could not start');
      void this.slots.find((slot) => slot.name === name)?.process.end();
    } else if (event.kind === 'snapshot' && this.state !== 'ended') this.takeNumbers(name, event.bytes);
  }

  private takeNumbers(name: string, bytes: Uint8Array): void {
    try {
      const snapshot = decodeSnapshot(bytes);
      this.numbers.accept(name, snapshot);
      const { phase, elapsedMs } = snapshot.header;
      if (phase === 'stopping' || phase === 'done') this.endSeenMs = Math.min(this.endSeenMs, elapsedMs);
      this.endWhenNobodyIsLeft();
    } catch (error) {
      this.options.logger.error({ engine: name, error: String(error) }, 'an engine sent numbers that cannot be read');
    }
  }

  private exited(index: number, name: string, how: string): void {
    if (this.state === 'ended' || this.state === 'preparing') return;
    const slot = this.slots[index];
    const expected = this.numbers.isFinal(name) || (slot?.name === name && slot.dismissed);
    this.numbers.died(name, expected ? undefined : this.elapsedMs());
    if (!expected) {
      this.options.logger.error({ engine: name, how }, 'an engine process ended unexpectedly; its users are lost');
      this.options.onEngineDied(how);
      const isWanted = this.started?.request.replaceDead === true && this.replacements < mostReplacements;
      if (this.state === 'running' && isWanted) {
        void this.replace(index);
        return;
      }
    }
    this.endWhenNobodyIsLeft();
  }

  private async replace(index: number): Promise<void> {
    this.replacements++;
    const slot = this.slots[index];
    if (!slot) return;
    Object.assign(slot, this.fork(index));
    try {
      await this.load(slot);
    } catch (error) {
      this.options.logger.error({ error: String(error) }, 'a replacement for an engine could not be started');
      await slot.process.end();
    }
    if (!this.started || !slot.process.alive) return;
    if (this.state !== 'running') {
      slot.dismissed = true;
      await slot.process.end();
      return;
    }
    this.startEngine(slot, 0, Math.max(0, this.options.clock.nowMs() - this.started.originMs));
  }

  private endWhenNobodyIsLeft(): void {
    if (!this.active) return;
    if (this.slots.every(({ name, process }) => !process.alive || this.numbers.isFinal(name))) this.finish();
  }

  // An engine whose event loop is blocked does not see the end of the run: past the grace it is not waited for.
  private watchTheEnd(elapsedMs: number): void {
    const { plan } = this.options;
    const changed = this.changes.findLast(({ runTimeMs }) => runTimeMs !== undefined);
    const plannedMs = changed ? changed.atMs + (changed.runTimeMs ?? 0) : (plan.load.runTimeMs ?? Infinity);
    // Scenarios end when they say so: one engine may have done its iterations while others go on.
    const { load } = plan;
    const seenMs = load.kind === 'scenarios' ? latestEndSeconds(load.scenarios) * 1000 : this.endSeenMs;
    const endMs = Math.min(seenMs, plannedMs);
    if (this.state === 'running' && elapsedMs > endMs + plan.stopTimeoutMs + killAfterMs) this.killTheLate();
  }

  private killTheLate(): void {
    this.state = 'stopping';
    for (const { name, process } of this.slots) {
      if (process.alive && !this.numbers.isFinal(name)) void process.end();
    }
  }

  private finish(): void {
    if (this.state === 'ended') return;
    const ran = this.active;
    this.state = 'ended';
    this.merging?.cancel();
    this.killing?.cancel();
    if (ran) this.publish(true);
    this.settle();
    // One process stays for teardown(); an idle one costs memory, so the others end with the run.
    const kept = ran && this.hasTeardown ? this.slots.find(({ process }) => process.alive) : undefined;
    for (const slot of this.slots) if (slot !== kept) void slot.process.end();
  }

  private publish(final: boolean): void {
    const header = this.numbers.header();
    const { onNumbers } = this.options;
    // Engines that say nothing (a scenario that spins) must not stop the clock of the run.
    const ownElapsedMs = Math.max(0, this.elapsedMs() - mergeDelayMs);
    const elapsedMs =
      header.elapsedMs > this.lastElapsedMs ? header.elapsedMs : Math.max(this.lastElapsedMs, ownElapsedMs);
    this.lastElapsedMs = elapsedMs;
    if (!final) this.watchTheEnd(ownElapsedMs);
    const phase = final ? 'done' : header.phase === 'done' ? 'stopping' : header.phase;
    const lost = final && this.slots.every(({ process, name }) => !process.alive && !this.numbers.isFinal(name));
    const reason = lost ? (this.failure ?? header.reason ?? 'every engine process has died') : header.reason;
    const behindMs = Math.max(0, elapsedMs - this.toldUntilMs(elapsedMs));
    const { unreportedAtMost } = this.numbers;
    onNumbers({ ...header, elapsedMs, behindMs, unreportedAtMost, phase, final, reason }, this.numbers.stats());
  }

  /** Run time now, milliseconds; 0 before the start. */
  private elapsedMs(): number {
    return this.started ? Math.max(0, this.options.clock.nowMs() - this.started.originMs) : 0;
  }

  /** Run time up to which the numbers of every engine reach that may still have something to tell. */
  private toldUntilMs(elapsedMs: number): number {
    const telling = this.slots.filter(({ name, process }) => process.alive && !this.numbers.isFinal(name));
    return Math.min(elapsedMs, ...telling.map(({ name }) => this.numbers.toldUntilMs(name)));
  }
}
