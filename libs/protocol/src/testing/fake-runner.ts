// A load runner that generates nothing but counts, on any clock: for tests of what surrounds it.
import type { Clock, LoadChange, RunPlan, ScenarioDescription, Share, TimerHandle } from '@loadstar/shared';
import { mergeHealth, RunStats } from '@loadstar/stats';
import type { LoadRunner, RunnerEvents, RunnerStart } from '../agent/load-runner.js';

export const someDescription: ScenarioDescription = {
  userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, tasks: [{ name: 'list', ratio: 1, tasks: [] }] }],
  shapes: [],
  host: undefined,
  thresholds: {},
};

export function somePlan(change: Partial<RunPlan> = {}): RunPlan {
  return {
    runId: 'run1',
    scenario: 'simple-load.ts',
    bundleHash: 'a'.repeat(64),
    host: 'http://localhost:5001',
    seed: 's',
    load: { kind: 'users', users: 10, spawnRate: 1, runTimeMs: undefined },
    userClasses: [],
    classWeights: {},
    stopTimeoutMs: 0,
    identify: false,
    limits: { maxUsers: 1000, allowedTargets: [] },
    ...change,
  };
}

/** Counts ten requests a second of run time. */
export class FakeRunner implements LoadRunner {
  readonly calls: string[] = [];
  readonly code: string[] = [];
  readonly adjusted: { load: LoadChange | undefined; share: Share | undefined; atMs: number }[] = [];
  /** Own monotonic time at which run time 0 was, and with what it was started. */
  zeroAtMs: number | undefined;
  started: RunnerStart | undefined;
  prepareFails: Error | undefined;
  /** How long iterations take to end on a stop, unless the grace is shorter. */
  endsInMs = 0;
  requests = 0;
  finals = 0;
  private leasedUntilMs = Infinity;
  private events: RunnerEvents | undefined;
  private plan: RunPlan | undefined;
  private ticker: TimerHandle | undefined;
  private stats = new RunStats();
  private stopping: { finish: () => void; done: Promise<void> } | undefined;

  constructor(private readonly clock: Clock) {}

  observe(events: RunnerEvents): void {
    this.events = events;
  }

  prepare(plan: RunPlan, code: string): Promise<ScenarioDescription> {
    this.calls.push(`prepare ${plan.runId}`);
    this.code.push(code);
    if (this.prepareFails) return Promise.reject(this.prepareFails);
    this.plan = plan;
    this.stats = new RunStats();
    this.stopping = undefined;
    return Promise.resolve(someDescription);
  }

  inspect(code: string): Promise<ScenarioDescription> {
    this.calls.push('inspect');
    this.code.push(code);
    return Promise.resolve(someDescription);
  }

  setup(): Promise<unknown> {
    this.calls.push('setup');
    return Promise.resolve({ token: 't' });
  }

  teardown(): Promise<void> {
    this.calls.push('teardown');
    return Promise.resolve();
  }

  start(start: RunnerStart): void {
    this.calls.push('start');
    this.started = start;
    this.zeroAtMs = this.clock.nowMs() + start.inMs - start.elapsedMs;
    this.ticker = this.clock.setInterval(() => this.tick(false), 1_000);
  }

  adjust(change: { load: LoadChange | undefined; share: Share | undefined; atMs: number }): void {
    this.calls.push('adjust');
    this.adjusted.push(change);
  }

  lease(leftMs: number): void {
    this.leasedUntilMs = this.clock.nowMs() + leftMs;
  }

  /** Whether iterations may begin. */
  get mayBegin(): boolean {
    return this.clock.nowMs() < this.leasedUntilMs;
  }

  stop(graceMs: number): Promise<void> {
    this.calls.push(`stop ${graceMs}`);
    if (!this.stopping) {
      let finish = (): void => {};
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      this.stopping = { finish, done };
    }
    this.clock.setTimeout(() => this.end(undefined), Math.min(graceMs, this.endsInMs));
    return this.stopping.done;
  }

  /** The load ends, asked or not. */
  end(reason: string | undefined): void {
    if (this.ticker) this.tick(true, reason);
    this.ticker?.cancel();
    this.ticker = undefined;
    this.stopping?.finish();
  }

  get isLoading(): boolean {
    return this.ticker !== undefined && this.stopping === undefined;
  }

  private tick(final: boolean, reason?: string): void {
    if (!this.plan) return;
    const series = this.stats.series({ userClass: 'Shopper', method: 'GET', name: '/' });
    for (let i = 0; i < 10; i++) {
      series.start();
      series.finish('ok', 1_000, 1_000, 10, this.clock.nowMs() - (this.zeroAtMs ?? 0));
      this.requests++;
    }
    if (final) this.finals++;
    this.events?.snapshot({
      header: {
        runId: this.plan.runId,
        elapsedMs: Math.max(0, this.clock.nowMs() - (this.zeroAtMs ?? 0)),
        phase: final ? 'done' : 'running',
        final,
        reason,
        users: final ? 0 : 5,
        targetUsers: 5,
        spawnRate: 1,
        usersByClass: { Shopper: 5 },
        health: mergeHealth([]),
      },
      stats: this.stats.clone(),
    });
  }
}
