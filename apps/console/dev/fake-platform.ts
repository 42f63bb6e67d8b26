// The made-up platform behind the fake server: its runs, and what `/api/v1` and the live feed say of them.
import {
  type CreateRunBody,
  type CreateScheduleBody,
  type LiveFrame,
  type LiveState,
  type PlannedLoad,
  plannedLoad,
  type QueueView,
  readScenarios,
  type RunEvent,
  type RunView,
  type ScheduleView,
  type StatsRow,
  type ThresholdView,
  type WorkerView,
} from '@loadstar/shared';
import type { Summary, SummaryRow, TimeSummary } from '../src/api/summary.js';
import { manyEndpoints, newRun, scenarios } from './fake-data.js';
import { endpoints, FakeRun, fakeWorkers, latencyBoundsMs } from './fake-run.js';

export interface FakeOptions {
  /** `ready`, `running` or `finished`. */
  scene: string;
  /** Seconds that the run of the scene has gone on. */
  warm: number;
  /** Request names; 0 takes a few plausible ones. */
  names: number;
  workers: number;
  token: string;
  role: string;
}

export class FakePlatform {
  readonly runs: FakeRun[] = [];
  readonly schedules: ScheduleView[] = [];
  private readonly waiting: RunView[] = [];
  private readonly mix;
  private told = 0;

  constructor(readonly options: FakeOptions) {
    this.mix = options.names > 0 ? manyEndpoints(options.names) : endpoints;
    if (options.scene === 'ready') return;
    for (const verdict of ['passed', 'failed'] as const) this.finish(this.warmUp(60), verdict);
    const shown = this.warmUp(options.warm);
    if (options.scene === 'finished') this.finish(shown, 'passed');
  }

  get current(): FakeRun | undefined {
    return this.runs.at(-1);
  }

  get config() {
    return {
      version: '0.1.0',
      defaultScenario: 'simple-load.ts',
      defaults: { host: 'http://localhost:5001', users: 20, spawnRate: 2, runTimeSeconds: null },
      limits: { maxUsers: 10_000, maxRate: null },
      auth: this.options.token !== '',
      role: this.options.role,
      features: { latencyBoundsMs },
    };
  }

  start(body: CreateRunBody): FakeRun {
    const given = {
      ...(body.scenario ? { scenario: body.scenario } : {}),
      ...(body.host ? { host: body.host } : {}),
      ...(body.seed ? { seed: body.seed } : {}),
      ...(body.userClasses ? { userClasses: body.userClasses } : {}),
      users: body.shape ? null : (body.users ?? 20),
      spawnRate: body.shape ? null : (body.spawnRate ?? 2),
      shape: body.shape ?? null,
      runTimeSeconds: body.runTimeSeconds ?? null,
    };
    const run = new FakeRun(newRun(`run-${this.runs.length + 1}`, given), this.mix);
    this.runs.push(run);
    return run;
  }

  /** Waits for ever: the fake platform never comes to it. */
  enqueue(body: CreateRunBody): RunView {
    const { queue = {} } = body;
    const place = { owner: 'you', priority: queue.priority ?? 0, position: this.waiting.length + 1, notBefore: null };
    const more = { minWorkers: queue.minWorkers ?? 1, labels: queue.labels ?? {}, scheduleId: null };
    const run = newRun(`queued-${this.waiting.length + 1}`, {
      state: 'queued',
      startedAt: null,
      users: body.users ?? 20,
      queue: { ...place, ...more },
    });
    this.waiting.push(run);
    return run;
  }

  get queue(): QueueView {
    return { kind: 'in-process', available: true, held: false, limit: 1000, waiting: this.waiting, active: [] };
  }

  schedule({ name = '', cron, timeZone = 'UTC', run }: CreateScheduleBody): ScheduleView {
    const nextAt = new Date(Date.now() + 36e5).toISOString();
    const times = { createdAt: new Date().toISOString(), nextAt, lastAt: null, lastRunId: null, problem: null };
    const made = { id: `schedule-${this.schedules.length + 1}`, name, cron, timeZone, owner: 'you', run, ...times };
    this.schedules.push(made);
    return made;
  }

  find(id: string): FakeRun | undefined {
    return this.runs.find((run) => run.view.id === id);
  }

  remove(id: string): void {
    const at = this.runs.findIndex((run) => run.view.id === id);
    if (at >= 0) this.runs.splice(at, 1);
  }

  reset(run: FakeRun): void {
    const fresh = new FakeRun(run.view, this.mix);
    fresh.users = run.users;
    this.runs[this.runs.indexOf(run)] = fresh;
  }

  /** One second for the run that goes on, and the frame that tells of it. */
  tick(): LiveFrame {
    const run = this.current;
    const ended = run && ['finished', 'failed', 'aborted'].includes(run.view.state);
    const point = run && !ended ? run.step() : undefined;
    if (run?.view.state === 'stopping' && run.users === 0) {
      this.finish(run, 'passed');
      run.view.reason = 'Stopped from the console.';
    }
    const events: RunEvent[] = run?.events.slice(this.told) ?? [];
    this.told = run?.events.length ?? 0;
    return { ...this.moment(), points: point ? [point] : [], events };
  }

  state(): LiveState {
    const run = this.current;
    return { ...this.moment(), series: run?.points ?? [], scenarios, events: run?.events ?? [] };
  }

  moment(): Omit<LiveFrame, 'points' | 'events' | 'workers'> & { workers: WorkerView[] } {
    const run = this.current;
    const idle = new FakeRun(newRun('none', {}), []);
    const stats = run?.stats() ?? { ...idle.stats(), runId: null, state: 'ready', targetUsers: 0, usersByClass: {} };
    const workers = fakeWorkers(this.options.workers, run);
    const judged = run && { ...run.view, thresholds: thresholdsOf(run) };
    return { run: judged ?? null, stats, workers, waiting: this.waiting };
  }

  listed(): RunView[] {
    return this.runs.map((run) => ({ ...run.view, totals: run.stats().total })).toReversed();
  }

  summary(run: FakeRun): Summary {
    const stats = run.stats();
    const workers = fakeWorkers(this.options.workers, run);
    return {
      meta: { workers: workers.length, engines: workers.length * 2, loadstarVersion: '0.1.0', users: run.users },
      rows: stats.rows.map(summaryRow),
      total: summaryRow(stats.total),
      iterations: { started: stats.total.requests, finished: stats.total.requests, failed: 3, interrupted: 0 },
      connections: { opened: 120, reusedAfterStaleClose: 0, failed: 0 },
      connect: times(4, 1),
      lag: times(1, 1),
      generators: workers.map((worker) => ({
        worker: worker.id,
        incarnation: worker.incarnation,
        users: 0,
        health: worker,
      })),
    };
  }

  private warmUp(seconds: number): FakeRun {
    const run = this.start({ users: 100, spawnRate: 4, runTimeSeconds: 600 });
    run.view.startedAt = new Date(Date.now() - seconds * 1000 - (3 - this.runs.length) * 3_600_000).toISOString();
    for (let second = 0; second < seconds; second += 1) run.step();
    return run;
  }

  private finish(run: FakeRun, verdict: NonNullable<RunView['verdict']>): void {
    const endedAt = new Date(Date.parse(run.view.startedAt ?? run.view.createdAt) + run.elapsed * 1000).toISOString();
    Object.assign(run.view, { state: 'finished', endedAt, verdict });
    if (verdict === 'failed') run.view.verdictReasons = ['request_duration{name:/users} p95<100: 121.6 is not < 100'];
    run.users = 0;
  }
}

/** One that holds, one that does not, and one that waits for its first check. */
export function thresholdsOf(run: FakeRun): ThresholdView[] {
  const fresh = { current: null, sinceSeconds: Math.min(run.elapsed, 25), reason: null };
  return [
    {
      ...fresh,
      selector: 'request_failed',
      expression: 'rate<0.05',
      state: 'passing',
      value: 0.0087,
      limit: 0.05,
      margin: 0.83,
    },
    {
      ...fresh,
      selector: 'request_duration{name:/users}',
      expression: 'p95<100',
      state: 'failing',
      value: 121.6,
      current: 118,
      limit: 100,
      margin: -0.22,
      reason: '121.6 is not < 100',
    },
    {
      ...fresh,
      selector: 'checks{check:signed in}',
      expression: 'rate>0.99',
      state: 'no data',
      value: null,
      limit: 0.99,
      margin: null,
      reason: 'no data',
    },
  ];
}

/** What the body of a start would ask for: users on a ramp, or the scenarios that it holds. */
export function plannedFor(body: CreateRunBody, maxUsers: number): PlannedLoad {
  const { users = 20, spawnRate = 2, runTimeSeconds } = body;
  const runTimeMs = runTimeSeconds ? runTimeSeconds * 1000 : undefined;
  const { scenarios } = readScenarios(body.scenarios ?? {});
  return plannedLoad(
    body.scenarios ? { kind: 'scenarios', scenarios, runTimeMs } : { kind: 'users', users, spawnRate, runTimeMs },
    maxUsers,
  );
}

function times(p50: number, count: number): TimeSummary {
  const factors = {
    p50: 1,
    p66: 1.1,
    p75: 1.2,
    p80: 1.3,
    p90: 1.5,
    p95: 1.6,
    p98: 2,
    p99: 2.3,
    'p99.9': 3.4,
    'p99.99': 4.1,
  };
  const percentiles = Object.fromEntries(Object.entries(factors).map(([key, factor]) => [key, p50 * factor]));
  return { count, averageMs: p50 * 1.1, minMs: p50 * 0.6, maxMs: p50 * 4.4, percentiles };
}

function summaryRow(row: StatsRow): SummaryRow {
  const service = times(row.p50Ms * 0.97, row.requests);
  const response = times(row.p50Ms, row.requests);
  const waits: Record<string, number> = { p95: 1.1, p98: 1.2, p99: 1.4, 'p99.9': 1.8, 'p99.99': 2.1 };
  const percentiles = Object.fromEntries(
    Object.entries(response.percentiles).map(([key, value]) => [key, value * (waits[key] ?? 1)]),
  );
  const maxMs = (percentiles['p99.99'] ?? 0) * 1.2;
  return { method: row.method, name: row.name, service, response: { ...response, maxMs, percentiles } };
}
