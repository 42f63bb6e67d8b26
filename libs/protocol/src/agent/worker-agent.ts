import {
  type Clock,
  LoadstarError,
  loadstarVersion,
  type Logger,
  newId,
  type RunPlan,
  type SeededRandom,
  sleep,
  type TimerHandle,
  type TracedBatch,
  type WireError,
} from '@loadstar/shared';
import type { RunStats, SnapshotHeader } from '@loadstar/stats';
import {
  adjustMessage,
  bundleMessage,
  inspectMessage,
  prepareMessage,
  setupMessage,
  startMessage,
  stopMessage,
  teardownMessage,
} from '../messages/commands.js';
import { type Hello, type WorkState, workerIdOf } from '../messages/join.js';
import { boundedProblem } from '../messages/bounded-problem.js';
import { type BeatHealth, byeMessage } from '../messages/liveness.js';
import { messageLimits } from '../messages/limits.js';
import { malformed } from '../messages/parse.js';
import { examplesMessage, logMessage, type StateReport, stateMessage } from '../messages/reports.js';
import { type Delivery, SnapshotOutbox } from '../session/snapshot-outbox.js';
import { within } from '../session/within.js';
import type { ControlClient } from '../transport/port.js';
import { protocolVersion } from '../version.js';
import { deliverKept } from './deliver-kept.js';
import { deliverSnapshot } from './deliver-snapshot.js';
import type { LoadRunner, RunnerSnapshot } from './load-runner.js';
import { ExampleShelf } from './example-shelf.js';
import { LogShipper } from './log-shipper.js';
import { MasterConnection } from './master-connection.js';
import type { NumbersKeep } from './numbers-keep.js';
import { RunHost } from './run-host.js';

export interface WorkerAgentOptions {
  readonly client: ControlClient;
  readonly runner: LoadRunner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: SeededRandom;
  readonly joinToken: string;
  /** Letters, digits and `._:-`; need not be unique. */
  readonly name: string;
  readonly engines: number;
  readonly labels?: Readonly<Record<string, string>>;
  health(): BeatHealth;
  /** Where numbers are kept that could not be delivered; default: nowhere. */
  readonly keep?: NumbersKeep;
  /** Called with each snapshot of the runner, for the worker's own metrics. */
  observe?(snapshot: RunnerSnapshot): void;
  /** Called with requests whose trace the system under test was asked to record, for their spans. */
  traced?(batch: TracedBatch, plan: RunPlan): void;
}

/** How long a worker that leaves may take in all, and of that for iterations to end, milliseconds. */
const leaveMs = 9_500;
const leaveGraceMs = 6_000;
/** How long the end of a run waits for the master to take the final snapshot. */
const deliverMs = 5_000;
/** Between two snapshots, last words left out: a master takes two a second of a worker, also after an outage, milliseconds. */
const snapshotGapMs = 500;
/** How often the silence of the master is looked at under load, milliseconds. */
const leaseCheckMs = 250;

/**
 * A whole worker but for what generates the load and for the process around it: joins, obeys, reports, holds its lease,
 * leaves without losing a number. Runs on any clock, any wire and any load runner.
 */
export class WorkerAgent {
  readonly incarnation = newId(10);
  readonly id: string;
  /** Resolves when the agent has ended: with the error when the master refused it for good. */
  readonly ended: Promise<LoadstarError | undefined>;
  private readonly key = newId(32);
  private readonly connection: MasterConnection;
  private readonly host: RunHost;
  private readonly outbox: SnapshotOutbox;
  private readonly logs = new LogShipper();
  private readonly examples = new ExampleShelf();
  private leaseTimer: TimerHandle | undefined;
  private leaving: Promise<void> | undefined;
  private readonly deliveries: (() => void)[] = [];
  /** Whether the newest numbers are where a later life finds them. */
  private isKept = false;
  private isEnded = false;
  /** What the lease made the worker do already. */
  private lastOrder: 'drain' | 'stop' | undefined;
  private finish: (error: LoadstarError | undefined) => void = () => {};

  constructor(private readonly options: WorkerAgentOptions) {
    this.id = workerIdOf({ worker: options.name, incarnation: this.incarnation });
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    const { client, clock, logger, random, runner } = options;
    this.outbox = new SnapshotOutbox((header, stats) => this.deliver(header, stats), { clock, gapMs: snapshotGapMs });
    this.connection = new MasterConnection({
      client,
      clock,
      logger,
      random,
      hello: () => this.hello(),
      health: () => options.health(),
      joined: (welcome) => {
        logger.info({ worker: welcome.workerId }, 'joined the master');
        this.report(this.host.session.state, this.host.heldRun()?.runId);
        this.outbox.pump();
      },
      command: (name, payload, reply) => void this.obey(name, payload).then(reply),
      beaten: (sentMs, losses) => {
        this.host.confirmed(sentMs, losses);
        this.outbox.pump();
        this.shipLogs();
        this.shipExamples();
      },
      refused: (error) => this.refused(error),
    });
    this.host = new RunHost({
      runner,
      clock,
      logger,
      worker: this.id,
      toOwnMs: (masterMs) => this.toOwnMs(masterMs),
      report: (state, runId, reason, problem) => this.report(state, runId, reason, problem),
      delivered: () => within(clock, deliverMs, this.outbox.whenEmpty()),
      snapshot: (snapshot, startedMs) => this.take(snapshot, startedMs),
      log: (line) => this.log(line),
      traced: (batch, plan) => {
        this.examples.add(plan.runId, batch);
        options.traced?.(batch, plan);
      },
    });
  }

  /** Whether the master knows this worker now. */
  get isJoined(): boolean {
    return this.connection.isJoined;
  }

  get state(): WorkState {
    return this.host.session.state;
  }

  /**
   * Begins to look for the master, and goes on until refused for good or told to leave.
   * @returns when the first attempt has come to something: joined, refused (see `ended`), or nobody there yet
   */
  start(): Promise<void> {
    for (const kept of this.options.keep?.leftBehind() ?? []) this.deliveries.push(deliverKept(kept, this.options));
    return this.connection.start();
  }

  /** A line for the master's log page; bounded, and sent once a second. */
  log(line: string): void {
    this.logs.add(line);
  }

  /**
   * Leaves in good order: tells the master, begins no iteration any more, delivers the final snapshot, says goodbye.
   * @returns when done, at most 10 s later
   */
  leave(reason: string): Promise<void> {
    if (this.isEnded) return Promise.resolve();
    this.leaving ??= within(this.options.clock, leaveMs, this.leaveInOrder(reason)).finally(() => this.end(undefined));
    return this.leaving;
  }

  private async leaveInOrder(reason: string): Promise<void> {
    const graceMs = Math.min(this.host.stopTimeoutMs, leaveGraceMs);
    this.host.drain();
    await this.host.endLoad(graceMs, reason);
    this.shipLogs();
    if (!this.outbox.isEmpty) await this.outbox.whenEmpty();
    await this.connection.request(byeMessage.name, { reason }, 1_000).catch(() => {});
  }

  private end(error: LoadstarError | undefined): void {
    this.isEnded = true;
    this.leaseTimer?.cancel();
    for (const giveUp of this.deliveries) giveUp();
    this.connection.end();
    this.finish(error);
  }

  private hello(): Hello {
    const { name, joinToken, engines, labels = {}, clock } = this.options;
    return {
      token: joinToken,
      protocol: protocolVersion,
      version: loadstarVersion,
      worker: name,
      incarnation: this.incarnation,
      key: this.key,
      engines,
      labels,
      wallMs: clock.wallMs(),
      run: this.host.heldRun(),
    };
  }

  // With load under way a refusal is not obeyed at once: the lease ends the load in its own time.
  private refused(error: LoadstarError): boolean {
    if (this.host.session.isLoaded) return false;
    this.end(error);
    return true;
  }

  private async obey(name: string, payload: unknown): Promise<unknown> {
    try {
      const answer = await this.command(name, payload);
      if (JSON.stringify(answer).length > messageLimits.answerLength) throw malformed(name, 'the answer is too large');
      return answer;
    } catch (error) {
      const problem = boundedProblem(error);
      this.options.logger.warn({ command: name, code: problem.code, err: error }, 'a command was not carried out');
      return { problem };
    }
  }

  private async command(name: string, payload: unknown): Promise<unknown> {
    const { host } = this;
    switch (name) {
      case prepareMessage.name:
        return host.prepare(prepareMessage.parse(payload));
      case inspectMessage.name:
        return host.inspect(inspectMessage.parse(payload));
      case bundleMessage.name:
        host.bundle(bundleMessage.parse(payload));
        break;
      case setupMessage.name:
        return { ok: true, data: await host.setup(setupMessage.parse(payload).runId) };
      case teardownMessage.name:
        await host.teardown(teardownMessage.parse(payload).runId);
        break;
      case startMessage.name:
        await host.start(startMessage.parse(payload));
        break;
      case adjustMessage.name:
        host.adjust(adjustMessage.parse(payload));
        break;
      case stopMessage.name:
        host.stop(stopMessage.parse(payload));
        break;
      default:
        throw malformed('unknown', 'a master cannot send this');
    }
    return { ok: true };
  }

  private async toOwnMs(masterMs: number): Promise<number> {
    const { clock } = this.options;
    const { sync } = this.connection;
    for (let waitedMs = 0; !sync.isKnown && waitedMs < 2_000; waitedMs += 20) await sleep(clock, 20);
    const offsetMs = sync.offsetMs(clock.nowMs());
    if (offsetMs === undefined) throw this.host.busy();
    return masterMs - offsetMs;
  }

  private take(snapshot: RunnerSnapshot, startedMs: number): void {
    const { header, stats } = snapshot;
    this.options.observe?.(snapshot);
    const sender = { worker: this.options.name, incarnation: this.incarnation };
    const offered = this.outbox.offer({ ...header, ...sender, startedMs: header.startedMs ?? startedMs }, stats);
    // With a master there, only the last word is worth a write: everything before it is said again in a second.
    if (!offered || (this.isJoined && !header.final)) return;
    this.isKept = this.options.keep?.keep(offered, stats, this.key) ?? false;
  }

  private async deliver(header: SnapshotHeader, stats: RunStats): Promise<Delivery> {
    const delivery = await deliverSnapshot(this.connection, this.options.logger, header, stats);
    if (delivery === 'taken') this.options.keep?.drop(header.runId, header.incarnation);
    else if (delivery === 'refused') this.options.keep?.putAside(header.runId, header.incarnation);
    return delivery;
  }

  /** Nobody came for the numbers: they are on disk, and whoever starts this worker again will have them delivered. */
  private endUnheard(): void {
    if (this.isJoined || !this.isKept || this.host.session.isLoaded || this.leaving) return;
    this.options.logger.warn({}, 'no master has come back: the last numbers are kept on disk, and the worker ends');
    this.end(undefined);
  }

  private report(state: WorkState, runId?: string, reason?: string, problem?: WireError): void {
    if (this.host.session.isLoaded) this.watchLease();
    const report: StateReport = { state, runId, reason, problem };
    this.connection.send(stateMessage.name, report);
  }

  private shipLogs(): void {
    if (!this.isJoined) return;
    const batch = this.logs.next();
    if (batch) this.connection.send(logMessage.name, batch);
  }

  private shipExamples(): void {
    const examples = this.isJoined ? this.examples.take() : undefined;
    if (examples) this.connection.send(examplesMessage.name, examples);
  }

  /** For as long as there is load that the silence of the master could end. */
  private watchLease(): void {
    if (!this.isEnded) this.leaseTimer ??= this.options.clock.setInterval(() => this.checkLease(), leaseCheckMs);
  }

  private checkLease(): void {
    const { clock, logger } = this.options;
    if (!this.host.session.isLoaded) {
      this.leaseTimer?.cancel();
      this.leaseTimer = undefined;
      return;
    }
    const { timings, lease } = this.connection;
    const order = lease.order(clock.nowMs(), timings);
    if (order === 'go on' || this.lastOrder === order) return;
    this.lastOrder = order;
    const silentS = Math.round(lease.silenceMs(clock.nowMs()) / 1000);
    const graceMs = order === 'drain' ? timings.stopMs - timings.drainMs : 0;
    logger.warn({ silentS }, order === 'drain' ? 'no master: ending the load' : 'no master: stopping at once');
    void this.host.endLoad(graceMs, `no master for ${silentS} s`).then(() => {
      this.lastOrder = undefined;
      this.endUnheard();
    });
  }
}
