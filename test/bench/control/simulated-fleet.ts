/**
 * Part of a fleet in one process: real agents on real connections, whose load is made up. All of them report the same
 * numbers, computed once a second, so that the process costs little more than what it sends. A few are probes: they
 * have a name of their own, whose count tells which of their snapshots a live frame holds.
 */
import type { ControlChannel, ControlClient, LoadRunner, RunnerEvents, RunnerStart } from '@loadstar/protocol';
import { SocketIoControlClient, WorkerAgent } from '@loadstar/protocol';
import {
  newId,
  type RunPlan,
  type ScenarioDescription,
  SeededRandom,
  silentLogger,
  systemClock,
} from '@loadstar/shared';
import { mergeHealth, RunStats } from '@loadstar/stats';

export interface FleetOrder {
  readonly url: string;
  readonly token: string;
  readonly workers: number;
  /** So many of them are probes, spread over the fleet as they join. */
  readonly probes: number;
  /** Tells the processes of one fleet apart. */
  readonly part: number;
  readonly names: number;
  /** Requests per second of one worker. */
  readonly rate: number;
}

export type FleetReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sent'; readonly probe: string; readonly count: number; readonly atMs: number }
  | { readonly kind: 'size'; readonly snapshots: number; readonly bytes: number };

const description: ScenarioDescription = {
  userClasses: [{ name: 'Simulated', weight: 1, fixedCount: 0, tasks: [] }],
  shapes: [],
  host: undefined,
  thresholds: {},
};
/** As the worker does it: numbers are there this long after each second of run time, milliseconds. */
const mergeDelayMs = 150;

/** One clock for all processes of the machine, milliseconds. */
const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const tell = (report: FleetReport): void => void process.send?.(report);

/** Cumulative numbers by second of run time; later seconds are made from earlier ones, old ones are let go. */
class SharedNumbers {
  private readonly random = new SeededRandom('simulated fleet');
  private readonly stats = new RunStats();
  private second = 0;
  private latest = new RunStats();

  constructor(private readonly order: FleetOrder) {}

  at(second: number): RunStats {
    if (second > this.second) {
      while (this.second < second) this.addSecond();
      this.latest = this.stats.clone();
    }
    return this.latest;
  }

  private addSecond(): void {
    this.second++;
    const { names, rate } = this.order;
    for (let k = 0; k < rate; k++) {
      const series = this.stats.series({ userClass: 'Simulated', method: 'GET', name: `/name/${k % names}` });
      // About log-normal, 30 ms in the middle: three octaves hold nearly all of it.
      const spread = this.random.next() + this.random.next() + this.random.next() - 1.5;
      const timeUs = Math.round(30_000 * Math.exp(1.2 * spread));
      series.start();
      series.finish('ok', timeUs, timeUs, 500, this.second * 1_000);
    }
  }
}

class SimulatedRunner implements LoadRunner {
  count = 0;
  private events: RunnerEvents | undefined;
  private plan: RunPlan | undefined;
  private timer: NodeJS.Timeout | undefined;
  private zeroMs = 0;

  constructor(
    private readonly numbers: SharedNumbers,
    private readonly probe: string | undefined,
  ) {}

  observe(events: RunnerEvents): void {
    this.events = events;
  }

  prepare(plan: RunPlan): Promise<ScenarioDescription> {
    this.plan = plan;
    this.count = 0;
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

  start({ inMs, elapsedMs }: RunnerStart): void {
    this.zeroMs = systemClock.nowMs() + inMs - elapsedMs;
    this.next();
  }

  adjust(): void {}

  lease(): void {}

  stop(): Promise<void> {
    clearTimeout(this.timer);
    this.report(true);
    return Promise.resolve();
  }

  private next(): void {
    const elapsedMs = systemClock.nowMs() - this.zeroMs;
    const second = Math.max(0, Math.floor((elapsedMs - mergeDelayMs) / 1_000)) + 1;
    this.timer = setTimeout(
      () => {
        this.report(false);
        this.next();
      },
      second * 1_000 + mergeDelayMs - elapsedMs,
    );
  }

  private report(final: boolean): void {
    const elapsedMs = Math.max(0, systemClock.nowMs() - this.zeroMs);
    const shared = this.numbers.at(Math.floor(elapsedMs / 1_000));
    this.count++;
    this.events?.snapshot({
      header: {
        runId: this.plan?.runId ?? '',
        elapsedMs,
        phase: final ? 'done' : 'running',
        final,
        reason: undefined,
        users: final ? 0 : 10,
        targetUsers: 10,
        spawnRate: 1,
        usersByClass: { Simulated: final ? 0 : 10 },
        health: mergeHealth([]),
      },
      stats: this.probe === undefined ? shared : this.marked(shared, this.probe),
    });
  }

  private marked(shared: RunStats, name: string): RunStats {
    const stats = shared.clone();
    const series = stats.series({ userClass: 'Simulated', method: 'GET', name });
    for (let k = 0; k < this.count; k++) {
      series.start();
      series.finish('ok', 1_000, 1_000, 0, 1);
    }
    return stats;
  }
}

/** Sees the bytes of snapshots on their way out, and when they leave. */
class WatchingClient implements ControlClient {
  snapshots = 0;
  bytes = 0;

  constructor(
    private readonly inner: ControlClient,
    private readonly leaves: () => void,
  ) {}

  async connect(auth: object): Promise<ControlChannel> {
    const channel = await this.inner.connect(auth);
    const request = channel.request.bind(channel);
    channel.request = (name, payload, timeoutMs) => {
      if (name === 'snapshot') {
        this.snapshots++;
        this.bytes += (payload as { bytes: Uint8Array }).bytes.length;
        this.leaves();
      }
      return request(name, payload, timeoutMs);
    };
    return channel;
  }
}

process.on('message', (order: FleetOrder) => {
  const numbers = new SharedNumbers(order);
  const clients: WatchingClient[] = [];
  for (let k = 0; k < order.workers; k++) {
    const isProbe = k % Math.ceil(order.workers / order.probes) === 0;
    const probe = isProbe ? `probe-${order.part}-${k}` : undefined;
    const runner = new SimulatedRunner(numbers, probe);
    const leaves = (): void => {
      if (probe !== undefined) tell({ kind: 'sent', probe, count: runner.count, atMs: machineMs() });
    };
    const client = new WatchingClient(new SocketIoControlClient([order.url]), leaves);
    clients.push(client);
    const agent = new WorkerAgent({
      client,
      runner,
      clock: systemClock,
      logger: silentLogger,
      random: new SeededRandom(newId()),
      joinToken: order.token,
      name: `sim-${order.part}-${k}`,
      engines: 1,
      health: () => ({ cpuPercent: 10, rssBytes: 50e6, loopLagMs: 1, engines: 1, users: 10 }),
    });
    void agent.start();
  }
  setInterval(() => {
    const sum = (pick: (client: WatchingClient) => number): number => clients.reduce((all, one) => all + pick(one), 0);
    tell({ kind: 'size', snapshots: sum(({ snapshots }) => snapshots), bytes: sum(({ bytes }) => bytes) });
  }, 1_000);
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });
