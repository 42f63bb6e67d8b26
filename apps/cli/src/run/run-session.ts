import { EnginePool, type PoolSnapshot } from '@loadstar/engine';
import {
  type Clock,
  type Logger,
  loadstarVersion,
  plannedArrivals,
  type RunPlan,
  type ScenarioDescription,
  type SeriesPoint,
} from '@loadstar/shared';
import {
  exhaustion,
  GeneratorWatch,
  type Judgement,
  judgeRun,
  RunStats,
  type RunSummary,
  type SnapshotHeader,
  statsRows,
  summarise,
  TimeSeries,
} from '@loadstar/stats';
import type { LiveNumbers } from './live-view.js';

/** One run on this machine, without a server: engine processes, their merged numbers, and what they are worth. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly processes: number;
  /** Called about once a second with the numbers so far. */
  readonly onNumbers: (numbers: LiveNumbers) => void;
  readonly onTrouble: (text: string) => void;
}

export interface SessionResult {
  readonly summary: RunSummary;
  readonly points: SeriesPoint[];
  readonly judgement: Judgement;
}

/** Milliseconds between "start" and the first request, so that every engine has heard of it. */
const startInMs = 200;
const wholeShare = { index: 0, of: 1 };

export class RunSession {
  private readonly pool: EnginePool;
  private readonly series = new TimeSeries();
  private readonly watch = new GeneratorWatch();
  private latest: { header: SnapshotHeader; stats: RunStats } | undefined;
  private enginesLost = 0;
  private stoppedBySignal = false;
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
    this.pool.onEngineDied((how) => {
      this.enginesLost += 1;
      options.onTrouble(`An engine process died (${how}); the users in it are lost.`);
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
    const data = await this.pool.setup();
    const startedMs = clock.wallMs() + startInMs;
    this.pool.start({ share: wholeShare, inMs: startInMs, elapsedMs: 0, data });
    await this.ended;
    await this.pool.stop({ graceMs: plan.stopTimeoutMs });
    await this.pool.teardown();
    return this.result(plan, startedMs, clock.wallMs());
  }

  /** Ends the load; iterations in flight may finish within the stop timeout. */
  stop(): void {
    this.stoppedBySignal = true;
    this.endRun();
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private take({ header, stats }: PoolSnapshot): void {
    const before = this.latest;
    this.latest = { header, stats };
    this.watch.observe(header);
    this.series.users(header.incarnation, header.elapsedMs, header.users, header.targetUsers);
    this.series.add(before ? stats.since(before.stats) : stats, before?.header.elapsedMs ?? 0, header.elapsedMs);
    this.options.onNumbers(this.numbers(header, stats));
    if (header.phase === 'done') this.endRun();
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
    };
  }

  private result(plan: RunPlan, startedMs: number, endedMs: number): SessionResult {
    const stats = this.latest?.stats ?? new RunStats();
    const headers = this.latest ? [this.latest.header] : [];
    const { load } = plan;
    const meta = {
      runId: plan.runId,
      scenario: plan.scenario,
      host: plan.host,
      seed: plan.seed,
      startedAt: new Date(startedMs).toISOString(),
      endedAt: new Date(endedMs).toISOString(),
      elapsedSeconds: (this.latest?.header.elapsedMs ?? 0) / 1000,
      countedFromMs: 0,
      users: this.series.peakUsers,
      targetUsers: load.kind === 'users' ? load.users : null,
      spawnRate: load.kind === 'users' ? load.spawnRate : null,
      shape: load.kind === 'shape' ? load.shape : null,
      userClasses: (this.description?.userClasses ?? []).map(({ name }) => name),
      workers: 0,
      engines: this.options.processes,
      loadstarVersion,
      nodeVersion: process.version,
      verdict: null,
      verdictReasons: [],
      unreportedAtMost: 0,
      environment: { platform: `${process.platform} ${process.arch}` },
    };
    const summary = summarise(stats, meta, { thresholds: this.description?.thresholds, headers });
    const judgement = judgeRun({
      thresholds: summary.thresholds,
      requests: summary.total.requests,
      exception: [...stats.exceptions][0]?.message,
      lost: Array.from({ length: this.enginesLost }, (_, i) => ({
        kind: 'engine' as const,
        name: `${i + 1} of ${this.options.processes}`,
        detail: 'its process died, with the users in it',
      })),
      incidents: exhaustion(stats),
      generators: this.watch.records(),
      arrivals:
        load.kind === 'scenarios'
          ? { planned: plannedArrivals(load.scenarios, meta.elapsedSeconds), dropped: stats.droppedArrivals }
          : undefined,
      stoppedBySignal: this.stoppedBySignal,
    });
    const judged = { ...meta, verdict: judgement.verdict, verdictReasons: [...judgement.reasons] };
    return { summary: { ...summary, meta: judged }, points: this.series.points(), judgement };
  }
}
