import { EnginePool, type PoolSnapshot } from '@loadstar/engine';
import type { StoredRun } from '@loadstar/report';
import {
  capacitySearchOf,
  type Clock,
  formatRunTime,
  type Logger,
  type RunEvent,
  type RunPlan,
  type ScenarioDescription,
  type TracedBatch,
} from '@loadstar/shared';
import { baselineOf, RunJudge, RunStats, type SnapshotHeader, statsRows, TimeSeries } from '@loadstar/stats';
import type { LiveNumbers } from './live-view.js';
import { concludeRun, type SessionResult } from './session-result.js';
import { sayStep } from './threshold-lines.js';

/** One run on this machine, without a server: engine processes, their merged numbers, and what they are worth. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly processes: number;
  /** Called about once a second with the numbers so far. */
  readonly onNumbers: (numbers: LiveNumbers) => void;
  readonly onTrouble: (text: string) => void;
  /** Requests whose trace the system under test was asked to record. Default: they go nowhere. */
  readonly onTraced?: (batch: TracedBatch, plan: RunPlan) => void;
  /** The run that this one is compared with, and that thresholds relative to a baseline take their numbers from. */
  readonly baseline?: { readonly label: string; readonly run: StoredRun } | undefined;
}

/** Milliseconds between "start" and the first request, so that every engine has heard of it. */
const startInMs = 200;
/** How long before it holds a change is told, milliseconds. */
const changeLeadMs = 500;
const wholeShare = { index: 0, of: 1 };

export class RunSession {
  private readonly pool: EnginePool;
  private readonly series = new TimeSeries();
  private judge = new RunJudge({});
  private latest: { header: SnapshotHeader; stats: RunStats } | undefined;
  private enginesLost = 0;
  private stoppedBySignal = false;
  private readonly incidents: string[] = [];
  private readonly events: RunEvent[] = [];
  private isAborted = false;
  private endRun: () => void = () => {};
  private readonly ended = new Promise<void>((resolve) => {
    this.endRun = resolve;
  });
  private plan: RunPlan | undefined;
  private description: ScenarioDescription | undefined;

  constructor(private readonly options: SessionOptions) {
    this.pool = new EnginePool({
      engines: options.processes,
      clock: options.clock,
      logger: options.logger,
      worker: 'local',
    });
    this.pool.onSnapshot((snapshot) => this.take(snapshot));
    if (options.onTraced) this.pool.onTraced(options.onTraced);
    this.pool.onEngineDied((how) => {
      this.enginesLost += 1;
      const words = `An engine process died (${how}); the users in it are lost.`;
      options.onTrouble(words);
      this.note('lost', words);
      if (this.enginesLost >= options.processes) this.endRun();
    });
  }

  /** Loads the scenario to see what it declares. @throws LoadstarError SCENARIO_* */
  inspect(code: string): Promise<ScenarioDescription> {
    return this.pool.inspect(code);
  }

  /** Runs the plan to its end, or until `stop`. @throws LoadstarError when nothing could be started */
  async run(plan: RunPlan, code: string): Promise<SessionResult> {
    const { clock } = this.options;
    this.plan = plan;
    this.description = await this.pool.prepare({ plan, code });
    this.judge = this.createJudge(plan, this.description);
    const data = await this.pool.setup();
    const startedMs = clock.wallMs() + startInMs;
    this.pool.start({ share: wholeShare, inMs: startInMs, elapsedMs: 0, data });
    await this.ended;
    await this.pool.stop({ graceMs: plan.stopTimeoutMs });
    await this.pool.teardown();
    return concludeRun({
      plan,
      description: this.description,
      startedMs,
      endedMs: clock.wallMs(),
      engines: this.options.processes,
      enginesLost: this.enginesLost,
      incidents: this.incidents,
      events: this.events,
      stoppedBySignal: this.stoppedBySignal,
      header: this.latest?.header,
      stats: this.latest?.stats ?? new RunStats(),
      series: this.series,
      judge: this.judge,
      baseline: this.options.baseline,
    });
  }

  /** Ends the load; iterations in flight may finish within the stop timeout. */
  stop(): void {
    this.stoppedBySignal = true;
    this.note('phase', 'Ended by a signal.');
    this.endLoad();
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private take({ header, stats }: PoolSnapshot): void {
    const before = this.latest;
    this.latest = { header, stats };
    const delta = before ? stats.since(before.stats) : stats;
    const sinceMs = before?.header.elapsedMs ?? 0;
    this.series.users(header.incarnation, header.elapsedMs, header.users, header.targetUsers);
    this.series.add(delta, sinceMs, header.elapsedMs);
    if (header.phase === 'stopping') this.judge.loadEnds(header.elapsedMs);
    this.judge.take(header, delta, sinceMs, header.elapsedMs);
    this.judge.look(header.elapsedMs, header.users);
    this.options.onNumbers(this.numbers(header, stats));
    if (header.phase === 'done') this.endRun();
    else if (this.judge.abort !== undefined) this.abort(header.elapsedMs, this.judge.abort);
    else this.search(header.elapsedMs);
  }

  /** The next step of a search for the capacity. */
  private search(elapsedMs: number): void {
    const { capacity } = this.judge;
    const before = capacity?.view().steps.length;
    const move = capacity?.advance(elapsedMs, changeLeadMs);
    const judged = capacity?.view().steps.slice(before).at(-1);
    if (judged) this.options.onTrouble(sayStep(judged));
    if (move?.kind === 'over') this.endLoad();
    if (move?.kind !== 'step') return;
    const { atMs, scenario, rate } = move;
    const scenarios = [{ name: scenario, rate }];
    const nothing = { runTimeMs: undefined, userClasses: undefined, classWeights: undefined };
    this.pool.adjust({ atMs, load: { atMs, users: 0, spawnRate: 1, ...nothing, scenarios } });
  }

  /** A threshold asks for the end of the run. */
  private abort(elapsedMs: number, why: string): void {
    if (this.isAborted) return;
    this.isAborted = true;
    const words = `the run was ended after ${formatRunTime(Math.round(elapsedMs / 1_000))} by a threshold with abortOnFail`;
    this.incidents.push(words);
    this.note('fault', `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${why}.`);
    this.options.onTrouble(`${words}: ${why}`);
    this.endLoad();
  }

  private note(kind: RunEvent['kind'], text: string): void {
    const second = (this.latest?.header.elapsedMs ?? 0) / 1_000;
    this.events.push({ second, at: new Date(this.options.clock.wallMs()).toISOString(), kind, text });
  }

  private endLoad(): void {
    this.judge.loadEnds(this.latest?.header.elapsedMs ?? 0);
    this.endRun();
  }

  private createJudge({ load }: RunPlan, { thresholds }: ScenarioDescription): RunJudge {
    const { baseline } = this.options;
    const numbers = baseline?.run.details.stats;
    const judge = new RunJudge(thresholds, {
      baseline: numbers && baselineOf(numbers, baseline.run.summary.meta.elapsedSeconds),
      scenarios: load.kind === 'scenarios' ? load.scenarios : [],
      capacity: capacitySearchOf(load),
    });
    if (load.runTimeMs !== undefined) judge.loadEnds(load.runTimeMs);
    return judge;
  }

  private numbers(header: SnapshotHeader, stats: RunStats): LiveNumbers {
    const runTimeMs = this.plan?.load.runTimeMs;
    return {
      phase: header.phase,
      elapsedSeconds: Math.floor(header.elapsedMs / 1000),
      runTimeSeconds: runTimeMs === undefined ? undefined : runTimeMs / 1000,
      users: header.users,
      targetUsers: header.targetUsers,
      ...statsRows(stats, this.series),
      thresholds: this.judge.thresholds,
    };
  }
}
