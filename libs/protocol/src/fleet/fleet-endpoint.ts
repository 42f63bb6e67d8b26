import {
  type Clock,
  LoadstarError,
  type Logger,
  newId,
  type TimerHandle,
  type WireError,
  type WorkerState,
} from '@loadstar/shared';
import { openSnapshot, type SnapshotHeader } from '@loadstar/stats';
import { boundedProblem } from '../messages/bounded-problem.js';
import { type Hello, welcomeMessage, type Welcome, workerIdOf } from '../messages/join.js';
import { type BeatAnswer, beatMessage, byeMessage } from '../messages/liveness.js';
import { malformed } from '../messages/parse.js';
import {
  examplesMessage,
  logMessage,
  type SnapshotAnswer,
  snapshotMessage,
  stateMessage,
} from '../messages/reports.js';
import type { LeaseState } from '../session/peer-lease.js';
import { type ControlTimings, defaultTimings } from '../session/timings.js';
import { PartAssembler } from '../transfer/parts.js';
import type { ControlChannel, ControlServer } from '../transport/port.js';
import type { FleetListener } from './fleet-listener.js';
import { JoinGate } from './join-gate.js';
import { WorkerLink } from './worker-link.js';

export interface FleetEndpointOptions {
  readonly server: ControlServer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What workers must know to join; not empty. */
  readonly joinToken: string;
  /** Of this master among all that ever led; workers do not go back to a lower one. Default: 0. */
  readonly epoch?: number;
  readonly timings?: Partial<ControlTimings>;
}

/** Snapshots of one worker that may wait for the ledger; an honest worker has one. */
const maxPendingSnapshots = 4;
/**
 * Longest and shortest time between two looks at silence, milliseconds. Between them a look comes when the next lease is
 * due: seldom while all workers beat, and yet at the moment at which one is suspect or lost.
 */
const longestSweepMs = 1_000;
const shortestSweepMs = 20;
/** A look that comes so much later than planned means that the master itself stood still, milliseconds. */
const stallMs = 750;
/** Workers that are remembered at once. */
const maxLinks = 10_000;

/**
 * The master's end of the control channel: lets workers in, keeps a `WorkerLink` for each incarnation, watches leases,
 * checks everything that comes, and tells the listener. It knows nothing of runs.
 */
export class FleetEndpoint {
  /** Random id of this master process; workers learn from it that a master was restarted. */
  readonly masterId = newId();
  readonly timings: ControlTimings;
  private readonly byId = new Map<string, WorkerLink>();
  private readonly pendingSnapshots = new Map<string, number>();
  private listener: FleetListener | undefined;
  private sweeper: TimerHandle | undefined;
  /** Monotonic time at which this process certainly listened: it looked, or heard somebody. */
  private awakeMs = 0;
  private plannedMs = 0;

  constructor(private readonly options: FleetEndpointOptions) {
    this.timings = { ...defaultTimings, ...options.timings };
  }

  /**
   * Lets workers in from now on.
   * @throws LoadstarError INVALID_CONFIG when the join token is empty
   */
  open(listener: FleetListener): void {
    const { server, clock, logger, joinToken } = this.options;
    const gate = new JoinGate(joinToken, clock, logger, (hello) => this.checkKey(hello));
    this.listener = listener;
    this.planSweep(clock.nowMs());
    server.open<Hello>({
      admit: (auth, address) => {
        const hello = gate.admit(auth, address);
        if (this.byId.size >= maxLinks && !this.byId.has(workerIdOf(hello)))
          throw new LoadstarError('TOO_MANY_REQUESTS');
        return hello;
      },
      connected: (channel, hello) => this.connected(channel, hello),
    });
  }

  /** Every worker that is remembered, in order of joining, also suspect and lost ones; see `WorkerLink.isUsable`. */
  links(): WorkerLink[] {
    return [...this.byId.values()];
  }

  link(workerId: string): WorkerLink | undefined {
    return this.byId.get(workerId);
  }

  /** Forgets a worker at once and closes its connection; it may join again. */
  forget(workerId: string): void {
    const link = this.byId.get(workerId);
    this.byId.delete(workerId);
    link?.disconnect();
  }

  /** Closes all connections. Workers go on with what they do and try to come back. */
  async close(): Promise<void> {
    this.sweeper?.cancel();
    this.listener = undefined;
    await this.options.server.close();
  }

  private checkKey(hello: Hello): 'unknown' | 'same' | 'other' {
    const known = this.byId.get(workerIdOf(hello));
    if (!known) return 'unknown';
    return known.proves(hello.key) ? 'same' : 'other';
  }

  private connected(channel: ControlChannel, hello: Hello): void {
    const { clock, logger } = this.options;
    const known = this.byId.get(workerIdOf(hello));
    const link = known ?? new WorkerLink(hello, clock, this.timings);
    this.byId.set(link.id, link);
    link.attach(channel, hello);
    const assembler = new PartAssembler('snapshot');
    channel.receive((name, payload, reply) => {
      this.heard(link);
      this.take(link, assembler, name, payload, reply);
    });
    channel.onClose((reason, isBroken) => {
      if (link.detach(channel, isBroken)) logger.info({ worker: link.id, reason }, 'a worker’s connection closed');
    });
    const { beatMs, drainMs, stopMs } = this.timings;
    const { epoch = 0 } = this.options;
    const welcome: Welcome = { workerId: link.id, masterId: this.masterId, epoch, beatMs, drainMs, stopMs };
    channel.send(welcomeMessage.name, welcome);
    this.heard(link);
    logger.info({ worker: link.id, version: link.version, address: channel.address }, 'a worker joined');
    this.tell((listener) => listener.joined(link, hello.run, known !== undefined));
  }

  private heard(link: WorkerLink): void {
    this.awakeMs = this.options.clock.nowMs();
    this.leaseChanged(link, link.lease.heard(this.awakeMs));
  }

  private sweep(): void {
    const nowMs = this.options.clock.nowMs();
    const stoodStill = nowMs - this.plannedMs >= stallMs;
    // Heard since may be the first of many that came during the stall; the others must not be blamed for it.
    const deafMs = nowMs - Math.min(this.plannedMs, this.awakeMs);
    for (const link of this.byId.values()) {
      if (stoodStill) link.lease.excuse(deafMs, nowMs);
      this.leaseChanged(link, link.lease.check(nowMs));
      if (link.leaseState === 'lost' && nowMs - link.lease.heardMs >= this.timings.forgetMs) this.forget(link.id);
    }
    this.planSweep(nowMs);
  }

  private planSweep(nowMs: number): void {
    if (!this.listener) return;
    let dueMs = nowMs + longestSweepMs;
    for (const { lease } of this.byId.values()) dueMs = Math.min(dueMs, lease.dueMs ?? Infinity);
    this.awakeMs = nowMs;
    this.plannedMs = Math.max(dueMs, nowMs + shortestSweepMs);
    this.sweeper = this.options.clock.setTimeout(() => this.sweep(), this.plannedMs - nowMs).unref();
  }

  private leaseChanged(link: WorkerLink, before: LeaseState | undefined): void {
    if (before === undefined) return;
    const state = link.leaseState;
    this.options.logger.info({ worker: link.id, state, before }, 'a worker’s lease changed');
    this.tell((listener) => listener.leaseChanged(link, state, before));
  }

  private take(
    link: WorkerLink,
    assembler: PartAssembler,
    name: string,
    payload: unknown,
    reply: (answer: unknown) => void,
  ): void {
    try {
      switch (name) {
        case beatMessage.name:
          return reply(this.takeBeat(link, payload));
        case snapshotMessage.name:
          return void this.takeSnapshot(link, assembler, payload).then(reply, (error: unknown) =>
            reply(this.refusal(link, name, error)),
          );
        case stateMessage.name:
          this.takeState(link, payload);
          return reply({ ok: true });
        case logMessage.name:
          this.takeLog(link, payload);
          return reply({ ok: true });
        case examplesMessage.name:
          this.takeExamples(link, payload);
          return reply({ ok: true });
        case byeMessage.name:
          this.takeBye(link, payload);
          return reply({ ok: true });
        default:
          throw malformed('unknown', 'a worker cannot send this');
      }
    } catch (error) {
      reply(this.refusal(link, name, error));
    }
  }

  private takeBeat(link: WorkerLink, payload: unknown): BeatAnswer {
    const receivedMs = this.options.clock.nowMs();
    link.tookBeat(beatMessage.parse(payload));
    return { receivedMs, sentMs: this.options.clock.nowMs(), losses: link.lease.losses };
  }

  private async takeSnapshot(link: WorkerLink, assembler: PartAssembler, payload: unknown): Promise<SnapshotAnswer> {
    const { seq, part, parts, bytes } = snapshotMessage.parse(payload);
    const pending = this.pendingSnapshots.get(link.id) ?? 0;
    if (pending >= maxPendingSnapshots) throw malformed('snapshot', 'more are under way than a worker may send');
    const whole = assembler.add(String(seq), part, parts, bytes);
    if (!whole) return { part };
    link.tookSnapshot();
    const snapshot = openSnapshot(whole);
    const { header } = snapshot;
    if (header.incarnation !== link.incarnation) throw malformed('snapshot', 'it is of another incarnation');
    if (header.seq !== seq) throw malformed('snapshot', 'seq differs from that of its message');
    link.tookPhase(shownPhase(header));
    this.pendingSnapshots.set(link.id, pending + 1);
    try {
      await this.listener?.snapshotReceived(link, { ...snapshot, bytes: whole });
    } finally {
      const left = (this.pendingSnapshots.get(link.id) ?? 1) - 1;
      if (left > 0) this.pendingSnapshots.set(link.id, left);
      else this.pendingSnapshots.delete(link.id);
    }
    return { seq };
  }

  private takeState(link: WorkerLink, payload: unknown): void {
    const report = stateMessage.parse(payload);
    link.tookState(report.state);
    this.tell((listener) => listener.stateReported(link, report));
  }

  private takeLog(link: WorkerLink, payload: unknown): void {
    const { lines, dropped } = logMessage.parse(payload);
    const all = dropped > 0 ? [`(${dropped} lines were not sent)`, ...lines] : lines;
    this.tell((listener) => listener.logsReceived(link, all));
  }

  private takeExamples(link: WorkerLink, payload: unknown): void {
    const examples = examplesMessage.parse(payload);
    this.tell((listener) => listener.examplesReceived?.(link, examples));
  }

  private takeBye(link: WorkerLink, payload: unknown): void {
    const { reason } = byeMessage.parse(payload);
    this.options.logger.info({ worker: link.id, reason }, 'a worker said goodbye');
    link.tookBye();
    this.leaseChanged(link, link.lease.leave());
    this.byId.delete(link.id);
  }

  // The name of an unknown message is the sender's text, so it is not logged.
  private refusal(link: WorkerLink, name: string, error: unknown): { problem: WireError } {
    const problem = boundedProblem(error);
    const facts = { worker: link.id, code: problem.code, detail: problem.details['detail'] };
    if (problem.code === 'INTERNAL') this.options.logger.error({ ...facts, err: error }, 'a message was not taken in');
    else this.options.logger.warn(facts, 'a message was refused');
    return { problem };
  }

  private tell(what: (listener: FleetListener) => void): void {
    if (!this.listener) return;
    try {
      what(this.listener);
    } catch (error) {
      this.options.logger.error({ err: error }, 'the fleet’s listener failed');
    }
  }
}

function shownPhase({ phase }: SnapshotHeader): WorkerState | undefined {
  return phase === 'done' ? undefined : phase;
}
