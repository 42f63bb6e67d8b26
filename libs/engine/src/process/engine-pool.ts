import { fileURLToPath } from 'node:url';
import {
  type Clock,
  type LoadChange,
  LoadstarError,
  type Logger,
  newId,
  type RunPlan,
  type ScenarioDescription,
  type Share,
  type TracedBatch,
} from '@loadstar/shared';
import type { SnapshotHeader } from '@loadstar/stats';
import { EngineProcess } from './engine-process.js';
import type { Loaded } from './messages.js';
import { PooledRun, type PoolSnapshot, type StartRequest } from './pooled-run.js';

const inspectLimitMs = 30_000;

/**
 * What every engine process is given. The young generation of V8 at its default of 16 MB a half is a fifth of an engine's
 * memory at 10,000 users and holds garbage alone; see docs/decisions/0010 for what it costs and saves.
 */
export const engineNodeArgs: readonly string[] = ['--max-semi-space-size=4'];

export interface EnginePoolOptions {
  /** Engine processes of a run, at least 1; one per core is right. */
  readonly engines: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of this worker, in snapshots and on identified requests. */
  readonly worker: string;
  /** Arguments of Node for engine processes, such as `--max-old-space-size=512`; they follow `engineNodeArgs`. */
  readonly nodeArgs?: readonly string[];
  /** Entry file of the engine process. Default: the one beside this file. */
  readonly entry?: string;
}

export interface PoolAdjustment {
  readonly load?: LoadChange | undefined;
  /** New share of this pool; its engines move to their parts of it at their part of the spawn rate. */
  readonly share?: Share | undefined;
  /** Run time from which it holds, milliseconds. */
  readonly atMs: number;
}

/**
 * The parent's side of load generation: one engine process per core, forked when a run is prepared and ended after it.
 * The calling process never executes scenario code and never waits for one that does not answer.
 */
export class EnginePool {
  private readonly snapshotListeners: ((snapshot: PoolSnapshot) => void)[] = [];
  private readonly deathListeners: ((how: string) => void)[] = [];
  private readonly logListeners: ((line: string) => void)[] = [];
  private readonly tracedListeners: ((batch: TracedBatch, plan: RunPlan) => void)[] = [];
  private readonly incarnation = newId();
  private readonly inspecting = new Set<EngineProcess>();
  private readonly entry: string;
  private seq = 0;
  private run: PooledRun | undefined;
  private preparing: { runId: string; description: Promise<ScenarioDescription> } | undefined;
  private readonly killAll = (): void => {
    void this.close();
  };

  constructor(private readonly options: EnginePoolOptions) {
    this.entry = options.entry ?? fileURLToPath(new URL('./engine-main.js', import.meta.url));
    // An engine whose event loop is blocked would not notice that its parent has gone.
    process.once('exit', this.killAll);
  }

  /**
   * Forks the engines and loads the scenario in each; runs nothing. Asked again for the same run it gives the same answer;
   * once that has ended, as when a master let go of it before its start and the next one wants it, it is prepared anew.
   * @throws LoadstarError SCENARIO_THREW, SCENARIO_INVALID, NOT_FOUND and so on; RUN_ACTIVE while another run goes on
   */
  async prepare({ plan, code }: { plan: RunPlan; code: string }): Promise<ScenarioDescription> {
    if (this.preparing?.runId === plan.runId && !this.run?.isOver) return this.preparing.description;
    if (this.run?.active) throw new LoadstarError('RUN_ACTIVE', { runId: this.run.runId, state: 'running' });
    const before = this.run;
    const run = new PooledRun({
      plan,
      code,
      engines: this.options.engines,
      entry: this.entry,
      nodeArgs: [...engineNodeArgs, ...(this.options.nodeArgs ?? [])],
      clock: this.options.clock,
      logger: this.options.logger,
      worker: this.options.worker,
      onNumbers: (header, stats) => {
        const { worker } = this.options;
        const complete: SnapshotHeader = {
          ...header,
          runId: plan.runId,
          worker,
          incarnation: this.incarnation,
          seq: ++this.seq,
        };
        for (const listener of this.snapshotListeners) listener({ header: complete, stats });
      },
      onEngineDied: (how) => this.deathListeners.forEach((listener) => listener(how)),
      onLog: (line) => this.logListeners.forEach((listener) => listener(line)),
      onTraced: (batch) => this.tracedListeners.forEach((listener) => listener(batch, plan)),
    });
    this.run = run;
    const description = (before?.close() ?? Promise.resolve()).then(() => run.prepare());
    this.preparing = { runId: plan.runId, description };
    try {
      return await description;
    } catch (error) {
      if (this.run === run) this.preparing = undefined;
      throw error;
    }
  }

  /**
   * Loads a bundle in a short-lived process and says what it declares. Independent of a run that goes on.
   * @throws LoadstarError SCENARIO_THREW or SCENARIO_INVALID
   */
  async inspect(code: string): Promise<ScenarioDescription> {
    const { clock, nodeArgs = [] } = this.options;
    const all = [...engineNodeArgs, ...nodeArgs];
    const engine = new EngineProcess({
      entry: this.entry,
      nodeArgs: all,
      clock,
      onEvent: () => {},
      onExit: () => {},
      onLine: () => {},
    });
    this.inspecting.add(engine);
    const late = (): LoadstarError =>
      new LoadstarError('SCENARIO_THREW', { detail: `it did not finish loading within ${inspectLimitMs / 1000} s` });
    try {
      const question = { kind: 'load', code, plan: undefined, engine: 'inspect' } as const;
      const { description } = (await engine.ask(question, inspectLimitMs, late)) as Loaded;
      return description;
    } finally {
      this.inspecting.delete(engine);
      void engine.end();
    }
  }

  /**
   * Runs the scenario's `setup()` in one engine.
   * @returns its result (plain data), undefined without a `setup`
   * @throws LoadstarError SETUP_FAILED
   */
  async setup(): Promise<unknown> {
    return this.prepared().setup();
  }

  /**
   * Runs `teardown()` in one engine, after the run has ended, and ends the last process.
   * @param data what `setup()` returned; default: what `start` was given
   * @throws LoadstarError SETUP_FAILED
   */
  async teardown(data?: unknown): Promise<void> {
    await this.run?.teardown(data);
  }

  /** Starts the prepared run: all engines at the same instant. */
  start(request: StartRequest): void {
    this.prepared().start(request);
  }

  /** Changes the load or this pool's share of it; without effect when no run is going on. */
  adjust(change: PoolAdjustment): void {
    this.run?.adjust(change);
  }

  /**
   * Lets iterations begin for `leftMs` more milliseconds, and none after that until it is called again. A pool that was
   * never lent anything needs no lease. Engines look at it themselves, so it holds although this process is stopped.
   */
  lease(leftMs: number): void {
    this.run?.lease(leftMs);
  }

  /**
   * Ends the run: no new iterations, what is under way may take `graceMs`, and an engine that does not obey is killed
   * 2 s later. Resolves when the final snapshot has been given out; at once when nothing runs. A second call with a
   * shorter grace brings the end forward.
   */
  async stop({ graceMs, reason = 'stopped' }: { graceMs: number; reason?: string }): Promise<void> {
    await this.run?.stop(graceMs, reason);
  }

  /** Merged cumulative numbers, once a second of a run and once when it has ended (`final`). */
  onSnapshot(listener: (snapshot: PoolSnapshot) => void): void {
    this.snapshotListeners.push(listener);
  }

  /** An engine process ended in the middle of a run; its users are lost, its last numbers are kept. */
  onEngineDied(listener: (how: string) => void): void {
    this.deathListeners.push(listener);
  }

  /** Lines that scenario code printed and that engines logged. */
  onLog(listener: (line: string) => void): void {
    this.logListeners.push(listener);
  }

  /** Requests that the system under test was asked to record, each engine's once a second; none without sampling. */
  onTraced(listener: (batch: TracedBatch, plan: RunPlan) => void): void {
    this.tracedListeners.push(listener);
  }

  /** Ends all engine processes that this pool has started. */
  async close(): Promise<void> {
    process.removeListener('exit', this.killAll);
    await Promise.all([this.run?.close(), ...[...this.inspecting].map((engine) => engine.end())]);
  }

  private prepared(): PooledRun {
    if (!this.run) throw new LoadstarError('INVALID_INPUT', { detail: 'no run has been prepared' });
    return this.run;
  }
}
