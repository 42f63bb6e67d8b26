/**
 * A control plane for tests of the faces: no workers, no wire, but real numbers (RunStats, TimeSeries, summaries) and the
 * same errors as the real one. A test says what has happened (`request`, `exception`), the faces show it.
 */
import {
  type Clock,
  type CreateRunBody,
  LoadstarError,
  type PlannedLoad,
  plannedLoad,
  type RunEvent,
  type RunView,
  type ScenarioDescription,
  type ScenarioView,
  type SeriesPoint,
  type StatsView,
  type WorkerView,
} from '@loadstar/shared';
import {
  checkRows,
  exceptionRows,
  failureRows,
  type Outcome,
  RunStats,
  type RunSummary,
  type SeriesStretch,
  statsRows,
  summarise,
  TimeSeries,
} from '@loadstar/stats';
import type { RecentTimes } from '../ingest/run-numbers.js';
import {
  FleetView,
  type RunAdjustment,
  type RunAnnotation,
  RunControl,
  type StoppedRuns,
} from '../runs/run-control.js';
import { findScenario } from '../scenarios/scenario-name.js';

interface Held {
  view: RunView;
  stats: RunStats;
  series: TimeSeries;
  startedMs: number;
  users: number;
  weights: Record<string, number>;
  events: RunEvent[];
}

const ended = ['finished', 'failed', 'aborted'];

export const shopDescription: ScenarioDescription = {
  userClasses: [
    {
      name: 'Shopper',
      weight: 3,
      fixedCount: 0,
      tasks: [
        { name: 'list', ratio: 0.75, tasks: [] },
        {
          name: 'browse',
          ratio: 0.25,
          tasks: [
            { name: 'page', ratio: 0.5, tasks: [] },
            { name: 'leave', ratio: 0.5, tasks: [] },
          ],
        },
      ],
    },
    { name: 'Guest', weight: 1, fixedCount: 0, tasks: [{ name: 'look', ratio: 1, tasks: [] }] },
  ],
  shapes: [],
  host: undefined,
  thresholds: {},
};

export const aWorker = (id: string, change: Partial<WorkerView> = {}): WorkerView => ({
  id,
  incarnation: `${id}-1`,
  state: 'ready',
  users: 0,
  engines: 1,
  cpuPercent: 12.5,
  rssBytes: 64_000_000,
  loopLagMs: 1.5,
  version: '0.1.0',
  clockOffsetMs: 0,
  roundTripMs: 0.5,
  snapshots: 3,
  lastSeenMs: 10,
  ...change,
});

export class FakeFleet extends FleetView {
  list: WorkerView[] = [aWorker('worker-1'), aWorker('worker-2')];

  workers(): WorkerView[] {
    return this.list;
  }

  logs(): { master: string[]; workers: Record<string, string[]> } {
    return { master: ['[2026-11-22 11:44:43,976] here/INFO/master: Starting'], workers: { 'worker-1': ['hello'] } };
  }
}

export class FakeRunControl extends RunControl {
  readonly defaultScenario = 'shop.ts';
  readonly scenarioList: ScenarioView[] = [
    { name: 'shop.ts', hash: 'aa', description: shopDescription, problem: null },
    { name: 'spike.ts', hash: 'bb', description: { ...shopDescription, shapes: ['Spike'] }, problem: null },
    { name: 'broken.ts', hash: '', description: null, problem: 'broken.ts:3:7: unexpected token' },
  ];
  /** What was asked for, in order, for tests to look at. */
  readonly asked: string[] = [];
  readonly #runs = new Map<string, Held>();
  #latest: Held | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly fleet: FakeFleet,
    private readonly maxUsers = 1000,
  ) {
    super();
  }

  async create(request: CreateRunBody): Promise<RunView> {
    this.asked.push(`create ${JSON.stringify(request)}`);
    const wanted = request.scenario ?? this.defaultScenario;
    const scenario = findScenario(this.scenarioList, wanted);
    const available = this.scenarioList.map((each) => each.name);
    if (!scenario) throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: wanted, available });
    const { name } = scenario;
    if (scenario.problem) throw new LoadstarError('SCENARIO_COMPILE', { detail: scenario.problem });
    const host = request.host ?? 'http://localhost:5001';
    if (!/^https?:\/\//.test(host)) throw new LoadstarError('INVALID_HOST', { host });
    const users = request.users ?? 10;
    if (users > this.maxUsers) throw new LoadstarError('USER_CEILING', { users, ceiling: this.maxUsers });
    const active = this.#latest;
    if (active && !ended.includes(active.view.state)) {
      throw new LoadstarError('RUN_ACTIVE', { runId: active.view.id, state: active.view.state });
    }
    if (this.fleet.list.length === 0) throw new LoadstarError('NO_WORKERS');
    const shape = request.shape === undefined || request.shape === 'Default' ? null : request.shape;
    const view = this.#view(`run${this.#runs.size + 1}`, {
      scenario: name,
      host,
      seed: request.seed ?? 'seed',
      users: shape === null ? users : null,
      spawnRate: shape === null ? (request.spawnRate ?? 1) : null,
      shape,
      userClasses: request.userClasses ?? ['Shopper', 'Guest'],
      runTimeSeconds: request.runTimeSeconds ?? null,
    });
    const startedMs = this.clock.nowMs();
    this.#latest = { view, stats: new RunStats(), series: new TimeSeries(), startedMs, users, weights: {}, events: [] };
    this.#runs.set(view.id, this.#latest);
    return view;
  }

  /** A run that waits for its turn, as the queue makes it; what is wrong with a request is told as by `create`. */
  wait(id: string, { scenario: name = this.defaultScenario, users = 10 }: CreateRunBody): void {
    const scenario = this.scenarioList.find((each) => each.name === name);
    const available = this.scenarioList.map((each) => each.name);
    if (!scenario) throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: name, available });
    if (users > this.maxUsers) throw new LoadstarError('USER_CEILING', { users, ceiling: this.maxUsers });
    const view = this.#view(id, { scenario: name, state: 'queued', users, startedAt: null });
    const held = {
      view,
      stats: new RunStats(),
      series: new TimeSeries(),
      startedMs: 0,
      users: 0,
      weights: {},
      events: [],
    };
    this.#runs.set(id, held);
  }

  planned({ users = 10, spawnRate = 1, runTimeSeconds }: CreateRunBody): PlannedLoad {
    const runTimeMs = runTimeSeconds == null ? undefined : runTimeSeconds * 1000;
    return plannedLoad({ kind: 'users', users, spawnRate, runTimeMs }, this.maxUsers);
  }

  async adjust(runId: string, change: RunAdjustment): Promise<RunView> {
    this.asked.push(`adjust ${runId} ${JSON.stringify(change)}`);
    const run = this.#find(runId);
    if (ended.includes(run.view.state)) {
      throw new LoadstarError('RUN_NOT_ACTIVE', { runId, state: run.view.state });
    }
    if (change.users !== undefined) {
      if (change.users > this.maxUsers) {
        throw new LoadstarError('USER_CEILING', { users: change.users, ceiling: this.maxUsers });
      }
      run.view.users = change.users;
      run.users = change.users;
    }
    if (change.spawnRate !== undefined) run.view.spawnRate = change.spawnRate;
    if (change.runTimeSeconds !== undefined) run.view.runTimeSeconds = change.runTimeSeconds;
    Object.assign(run.weights, change.classWeights);
    return run.view;
  }

  async pause(runId: string, paused: boolean): Promise<RunView> {
    this.asked.push(`${paused ? 'pause' : 'resume'} ${runId}`);
    const run = this.#find(runId);
    if (ended.includes(run.view.state)) throw new LoadstarError('RUN_NOT_ACTIVE', { runId, state: run.view.state });
    run.view.paused = paused;
    const at = new Date(this.clock.wallMs()).toISOString();
    run.events.push({ second: 0, at, kind: 'paused', text: paused ? 'Paused.' : 'Resumed.' });
    return run.view;
  }

  async annotate(runId: string, annotation: RunAnnotation): Promise<RunView> {
    this.asked.push(`annotate ${runId} ${JSON.stringify(annotation)}`);
    return Object.assign(this.#find(runId).view, annotation);
  }

  async stop(runId: string, reason: string, graceMs?: number): Promise<RunView> {
    this.asked.push(`stop ${runId}${graceMs === undefined ? '' : ` ${graceMs}`}`);
    const run = this.#find(runId);
    Object.assign(run.view, { state: run.view.state === 'queued' ? 'aborted' : 'stopping', reason });
    return run.view;
  }

  async stopAll(reason: string, graceMs?: number): Promise<StoppedRuns> {
    const runs = [];
    for (const { id } of this.active()) runs.push(await this.stop(id, reason, graceMs));
    return { runs, calledOff: [] };
  }

  /** The test's word that the last worker has said its last word. */
  finish(): void {
    const run = this.#latest;
    if (!run) return;
    Object.assign(run.view, { state: 'finished', endedAt: new Date(this.clock.wallMs()).toISOString() });
    run.users = 0;
  }

  async remove(runId: string): Promise<void> {
    this.asked.push(`remove ${runId}`);
    const run = this.#find(runId);
    if (!ended.includes(run.view.state)) throw new LoadstarError('RUN_ACTIVE', { runId, state: run.view.state });
    this.#runs.delete(runId);
    if (this.#latest === run) this.#latest = undefined;
  }

  resetStats(runId?: string): void {
    this.asked.push(`reset ${runId}`);
    this.#find(runId).stats = new RunStats();
  }

  current(): RunView | null {
    return this.#latest?.view ?? null;
  }

  list(limit = Infinity, before?: string): RunView[] {
    const newestFirst = [...this.#runs.values()].map(({ view }) => view).reverse();
    const from = before === undefined ? 0 : newestFirst.indexOf(this.#find(before).view) + 1;
    return newestFirst.slice(from, from + limit);
  }

  active(): RunView[] {
    return this.list().filter(({ state }) => state !== 'queued' && !ended.includes(state));
  }

  get(runId: string): RunView {
    return this.#find(runId).view;
  }

  stats(runId?: string): StatsView {
    const run = runId === undefined ? this.#latest : this.#find(runId);
    const stats = run?.stats ?? new RunStats();
    return {
      runId: run?.view.id ?? null,
      state: run?.view.state ?? 'ready',
      elapsedSeconds: run ? (this.clock.nowMs() - run.startedMs) / 1000 : 0,
      users: run?.users ?? 0,
      targetUsers: run?.view.users ?? 0,
      usersByClass: run && run.users > 0 ? { Shopper: run.users - 1, Guest: 1 } : {},
      ...statsRows(stats, run?.series),
      failures: failureRows(stats),
      exceptions: exceptionRows(stats),
      checks: checkRows(stats),
    };
  }

  events(runId?: string, from = 0): RunEvent[] {
    return this.#find(runId).events.slice(from);
  }

  recent(runId?: string): RecentTimes {
    const run = runId === undefined ? this.#latest : this.#find(runId);
    const times = run?.series.recentResponse();
    if (!times || times.count === 0) return { p50Ms: null, p95Ms: null, p99Ms: null };
    return {
      p50Ms: times.percentile(50) / 1000,
      p95Ms: times.percentile(95) / 1000,
      p99Ms: times.percentile(99) / 1000,
    };
  }

  runStats(runId?: string): RunStats {
    return this.#find(runId).stats;
  }

  summary(runId?: string): RunSummary {
    const { view, stats } = this.#find(runId);
    return summarise(stats, {
      runId: view.id,
      scenario: view.scenario,
      host: view.host,
      seed: view.seed,
      startedAt: view.startedAt ?? view.createdAt,
      endedAt: view.endedAt ?? '',
      elapsedSeconds: this.stats(view.id).elapsedSeconds,
      countedFromMs: 0,
      users: this.stats(view.id).users,
      targetUsers: view.users,
      spawnRate: view.spawnRate,
      shape: view.shape,
      userClasses: view.userClasses,
      workers: this.fleet.list.length,
      engines: 1,
      loadstarVersion: '0.1.0',
      nodeVersion: process.version,
      verdict: null,
      verdictReasons: [],
      unreportedAtMost: 0,
      environment: {},
    });
  }

  series(runId?: string, fromSecond = 0, stretch?: SeriesStretch): SeriesPoint[] {
    return this.#find(runId).series.points(fromSecond, stretch);
  }

  overview(runId?: string): SeriesPoint[] {
    return this.#find(runId).series.overview();
  }

  description(runId?: string): ScenarioDescription | null {
    const { view } = this.#find(runId);
    return this.scenarioList.find(({ name }) => name === view.scenario)?.description ?? null;
  }

  scenarios(): ScenarioView[] {
    return this.scenarioList;
  }

  /** Something that happened in the active run, `atSecond` seconds after its start. */
  request(method: string, name: string, outcome: Outcome, ms: number, atSecond: number, error = 'HTTP 500'): void {
    const run = this.#find();
    const delta = new RunStats();
    const series = delta.series({ userClass: 'Shopper', method, name });
    series.start();
    series.finish(outcome, ms * 1000, ms * 1000, 100, atSecond * 1000);
    if (outcome !== 'ok') delta.error(method, name, error, this.clock.wallMs());
    run.stats.merge(delta);
    run.series.add(delta, atSecond * 1000, atSecond * 1000);
    run.series.users('worker-1-1', atSecond * 1000, run.users, run.users);
  }

  exception(message: string, traceback: string, worker: string): void {
    const delta = new RunStats();
    delta.exception(message, traceback, this.clock.wallMs());
    this.#find().stats.merge(delta.seenBy(worker));
  }

  #view(id: string, change: Partial<RunView>): RunView {
    const now = new Date(this.clock.wallMs()).toISOString();
    return {
      id,
      scenario: this.defaultScenario,
      state: 'running',
      host: 'http://localhost:5001',
      seed: 'seed',
      users: 10,
      spawnRate: 1,
      shape: null,
      userClasses: ['Shopper', 'Guest'],
      runTimeSeconds: null,
      createdAt: now,
      startedAt: now,
      endedAt: null,
      reason: null,
      verdict: null,
      verdictReasons: [],
      unreportedAtMost: 0,
      ...change,
    };
  }

  #find(runId?: string): Held {
    const found = runId === undefined ? this.#latest : this.#runs.get(runId);
    if (!found) throw new LoadstarError('NOT_FOUND', { what: 'run', id: runId ?? 'latest' });
    return found;
  }
}
