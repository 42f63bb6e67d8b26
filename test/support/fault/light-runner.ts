import type { LoadRunner, RunnerEvents, RunnerStart } from '@loadstar/protocol';
import { type RunPlan, type ScenarioDescription, SeededRandom, type Share } from '@loadstar/shared';
import { mergeHealth, RunStats } from '@loadstar/stats';

const description: ScenarioDescription = {
  userClasses: [{ name: 'SteadyUser', weight: 1, fixedCount: 0, tasks: [] }],
  shapes: [],
  host: undefined,
  thresholds: {},
};
const names = 20;
/** Requests of one second, spread over all names, so that a snapshot is as large as those of real load. */
const perSecond = 40;

/**
 * What a worker has counted after so many seconds of its own: the same for all workers of a process, made once, because
 * copies of a thousand workers' histograms each second would cost more than all that is to be measured.
 */
class Counted {
  private readonly random = new SeededRandom('light runner');
  private readonly growing = new RunStats();
  private readonly after: RunStats[] = [new RunStats()];

  at(seconds: number): RunStats {
    while (this.after.length <= seconds) {
      for (let i = 0; i < perSecond; i++) {
        const series = this.growing.series({ userClass: 'SteadyUser', method: 'GET', name: `/endpoint/${i % names}` });
        const us = Math.round(20_000 * Math.exp(this.random.between(-1, 1)));
        series.start();
        series.finish('ok', us, us, 500, this.after.length * 1_000);
      }
      this.after.push(this.growing.clone());
    }
    return this.after[seconds] as RunStats;
  }
}

const counted = new Counted();

/** Load by arithmetic: so light that a thousand workers fit into one process, and as talkative as real ones. */
export class LightRunner implements LoadRunner {
  /** Requests that it says it made, in all runs. */
  made = 0;
  share: Share | undefined;
  starts = 0;
  private events: RunnerEvents | undefined;
  private plan: RunPlan | undefined;
  private seconds = 0;
  private zeroAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly random: SeededRandom;

  constructor(seed: string) {
    this.random = new SeededRandom(seed);
  }

  observe(events: RunnerEvents): void {
    this.events = events;
  }

  prepare(plan: RunPlan): Promise<ScenarioDescription> {
    this.plan = plan;
    this.seconds = 0;
    return Promise.resolve(description);
  }

  inspect(): Promise<ScenarioDescription> {
    return Promise.resolve(description);
  }

  setup(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  teardown(): Promise<void> {
    return Promise.resolve();
  }

  start({ share, inMs, elapsedMs }: RunnerStart): void {
    this.share = share;
    this.starts++;
    this.zeroAtMs = performance.now() + inMs - elapsedMs;
    // Spread over the second, as the snapshots of many machines are.
    this.timer = setTimeout(
      () => {
        this.timer = setInterval(() => this.second(), 1_000);
      },
      inMs + this.random.between(0, 1_000),
    );
  }

  adjust({ share }: { share: Share | undefined }): void {
    this.share = share ?? this.share;
  }

  lease(): void {}

  stop(_graceMs: number, reason: string): Promise<void> {
    this.end(reason);
    return Promise.resolve();
  }

  /** Ends without a word. */
  silence(): void {
    clearInterval(this.timer);
  }

  private end(reason: string): void {
    clearInterval(this.timer);
    this.tell(true, reason);
  }

  private second(): void {
    this.seconds++;
    this.made += perSecond;
    const endMs = this.plan?.load.runTimeMs ?? Infinity;
    if (performance.now() - this.zeroAtMs >= endMs) this.end('run time reached');
    else this.tell(false, undefined);
  }

  private tell(final: boolean, reason: string | undefined): void {
    this.events?.snapshot({
      header: {
        runId: this.plan?.runId ?? '',
        elapsedMs: Math.max(0, performance.now() - this.zeroAtMs),
        phase: final ? 'done' : 'running',
        final,
        reason,
        users: final ? 0 : 1,
        targetUsers: 1,
        spawnRate: 1,
        usersByClass: { SteadyUser: 1 },
        health: { ...mergeHealth([]), engines: 1 },
      },
      stats: counted.at(this.seconds),
    });
  }
}
