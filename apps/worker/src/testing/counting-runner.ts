// A load runner that sends nothing but reports what a test tells it to.
import type { LoadRunner, RunnerEvents } from '@loadstar/protocol';
import type { RunPlan, ScenarioDescription } from '@loadstar/shared';
import { mergeHealth, RunStats } from '@loadstar/stats';

export class CountingRunner implements LoadRunner {
  events: RunnerEvents | undefined;
  stopped: string | undefined;
  private readonly stats = new RunStats();
  private plan: RunPlan | undefined;

  observe(events: RunnerEvents): void {
    this.events = events;
  }

  prepare(plan: RunPlan): Promise<ScenarioDescription> {
    this.plan = plan;
    return Promise.resolve({ userClasses: [], shapes: [], host: undefined, thresholds: {} });
  }

  inspect(): Promise<ScenarioDescription> {
    return Promise.resolve({ userClasses: [], shapes: [], host: undefined, thresholds: {} });
  }

  setup(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  teardown(): Promise<void> {
    return Promise.resolve();
  }

  start(): void {
    this.report(3, 2, false);
  }

  adjust(): void {}

  lease(): void {}

  stop(_graceMs: number, reason: string): Promise<void> {
    this.stopped = reason;
    this.report(1, 0, true);
    return Promise.resolve();
  }

  /** Adds requests that went well and requests that met a wrong status, and hands the numbers over. */
  report(ok: number, status: number, final: boolean): void {
    const series = this.stats.series({ userClass: 'A', method: 'GET', name: '/' });
    for (let i = 0; i < ok + status; i++) {
      series.start();
      series.finish(i < ok ? 'ok' : 'status', 1_000, 1_000, 1, 1);
    }
    this.events?.snapshot({
      header: {
        runId: this.plan?.runId ?? '',
        elapsedMs: 1_000,
        phase: final ? 'done' : 'running',
        final,
        reason: undefined,
        users: final ? 0 : 7,
        targetUsers: 7,
        spawnRate: 1,
        usersByClass: {},
        health: { ...mergeHealth([]), cpuPercent: 50, engines: 4 },
      },
      stats: this.stats.clone(),
    });
  }
}
