// One master and some workers on a wire in virtual time, with a ledger that checks what arrives.
import { createHash } from 'node:crypto';
import { type Clock, LoadstarError, SeededRandom, silentLogger, VirtualClock } from '@loadstar/shared';
import { Ledger } from '@loadstar/stats';
import { WorkerAgent, type WorkerAgentOptions } from '../agent/worker-agent.js';
import { FleetEndpoint } from '../fleet/fleet-endpoint.js';
import type { FleetListener, ReceivedSnapshot } from '../fleet/fleet-listener.js';
import type { Bundle, WorkerLink } from '../fleet/worker-link.js';
import type { HeldRun } from '../messages/join.js';
import { MemoryNetwork } from '../transport/memory-network.js';
import { FakeRunner } from './fake-runner.js';
import { OffsetClock } from './offset-clock.js';

export function bundleOf(code: string): Bundle {
  return { code, hash: createHash('sha256').update(code).digest('hex') };
}

export interface SceneWorker {
  agent: WorkerAgent;
  runner: FakeRunner;
  clock: Clock;
}

/** What the master was told, in words, and the numbers it took in. */
export class Recorder implements FleetListener {
  readonly events: string[] = [];
  readonly joins: { link: WorkerLink; held: HeldRun | undefined; again: boolean }[] = [];
  readonly ledgers = new Map<string, Ledger>();
  readonly finals: ReceivedSnapshot[] = [];
  readonly lines: string[] = [];
  snapshots = 0;
  refuseWith: LoadstarError | undefined;

  joined(link: WorkerLink, held: HeldRun | undefined, again: boolean): void {
    this.joins.push({ link, held, again });
    this.events.push(`${link.name} ${again ? 'rejoined' : 'joined'}`);
  }

  leaseChanged(link: WorkerLink, state: string): void {
    this.events.push(`${link.name} ${state}`);
  }

  stateReported(link: WorkerLink, report: { state: string }): void {
    this.events.push(`${link.name} says ${report.state}`);
  }

  snapshotReceived(_link: WorkerLink, snapshot: ReceivedSnapshot): void {
    this.snapshots++;
    if (this.refuseWith) throw this.refuseWith;
    const { runId } = snapshot.header;
    const ledger = this.ledgers.get(runId) ?? new Ledger(runId);
    this.ledgers.set(runId, ledger);
    ledger.accept(snapshot);
    if (snapshot.header.final) this.finals.push(snapshot);
  }

  logsReceived(_link: WorkerLink, lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  counted(runId: string): number {
    let sum = 0;
    for (const series of this.ledgers.get(runId)?.total().allSeries() ?? []) sum += series.requests;
    return sum;
  }
}

export class Scene {
  readonly clock = new VirtualClock(1_000);
  readonly network: MemoryNetwork;
  readonly masterClock = new OffsetClock(this.clock, 5_000_000);
  readonly workers: SceneWorker[] = [];
  recorder = new Recorder();
  fleet!: FleetEndpoint;

  constructor(seed: string | number = 1) {
    this.network = new MemoryNetwork(this.clock, seed);
  }

  /** Starts a master; also again, as a new process with another monotonic clock. */
  startMaster(clock: Clock = this.masterClock, epoch = 0): void {
    const server = this.network.server();
    this.fleet = new FleetEndpoint({ server, clock, logger: silentLogger, joinToken: 'secret', epoch });
    this.recorder = new Recorder();
    this.fleet.open(this.recorder);
  }

  addWorker(name: string, options: Partial<WorkerAgentOptions> = {}, clockOffsetMs = 0): SceneWorker {
    const clock = new OffsetClock(this.clock, clockOffsetMs);
    const runner = new FakeRunner(clock);
    const agent = new WorkerAgent({
      client: this.network.client(),
      runner,
      clock,
      logger: silentLogger,
      random: new SeededRandom(name),
      joinToken: 'secret',
      name,
      engines: 1,
      health: () => ({ cpuPercent: 12, rssBytes: 1e8, loopLagMs: 1, engines: 1, users: 5 }),
      ...options,
    });
    void agent.start();
    const worker = { agent, runner, clock };
    this.workers.push(worker);
    return worker;
  }

  link(worker: SceneWorker): WorkerLink {
    const link = this.fleet.link(worker.agent.id);
    if (!link) throw new Error(`${worker.agent.id} is not known`);
    return link;
  }

  /** Waits in virtual time for a command's end. */
  async until<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    promise.then(mark, mark);
    for (let passedMs = 0; !settled && passedMs < limitMs; passedMs += 10) await this.clock.advance(10);
    if (!settled) throw new Error(`not settled within ${limitMs} ms`);
    return promise;
  }

  /** All agents and the master end; what is left of timers then is a leak. */
  async end(): Promise<void> {
    for (const { agent } of this.workers) void agent.leave('the test is over');
    await this.clock.advance(15_000);
    await this.fleet?.close();
    await this.clock.advance(15_000);
  }
}
