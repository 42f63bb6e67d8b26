// The master's end of one worker: what is known of it and what can be asked of it. One link lives as long as the
// worker's incarnation is remembered and outlives its connections.
import {
  type Clock,
  fromWireError,
  type LoadChange,
  LoadstarError,
  type RunPlan,
  type ScenarioDescription,
  type Share,
  type WireError,
  type WorkerState,
  type WorkerView,
} from '@loadstar/shared';
import {
  type Adjust,
  adjustMessage,
  bundleMessage,
  type DescriptionAnswer,
  descriptionAnswer,
  doneAnswer,
  inspectMessage,
  prepareMessage,
  setupAnswer,
  setupMessage,
  type Start,
  startMessage,
  type Stop,
  stopMessage,
  teardownMessage,
} from '../messages/commands.js';
import { type Hello, type WorkState, workerIdOf } from '../messages/join.js';
import type { Beat } from '../messages/liveness.js';
import type { MessageKind } from '../messages/parse.js';
import { malformed } from '../messages/parse.js';
import type { LeaseState } from '../session/peer-lease.js';
import { PeerLease } from '../session/peer-lease.js';
import type { ControlTimings } from '../session/timings.js';
import { splitBytes } from '../transfer/parts.js';
import type { ControlChannel } from '../transport/port.js';

/** A scenario's bundle: its text and the SHA-256 of that text in hexadecimal. */
export interface Bundle {
  readonly hash: string;
  readonly code: string;
}

/** What `start` says to every worker of a run; `data` is the setup result as a value. */
export interface StartRequest {
  readonly runId: string;
  readonly share: Share;
  /** Instant on this master's monotonic clock (`clock.nowMs()`) at which the run time is `elapsedMs`. */
  readonly startAtMasterMs: number;
  /** 0 for a new run; for a worker that joins a running one, the run time at that instant. */
  readonly elapsedMs: number;
  /** Changes of the load made before this worker came, oldest first. */
  readonly changes?: readonly LoadChange[];
  readonly data: unknown;
  /** Whether its share may be given to others when it is lost, so that it has to stop by itself before. Default: no. */
  readonly fenced?: boolean;
}

export interface AdjustRequest {
  readonly runId: string;
  /** Run time from which it holds, milliseconds; the same for all workers of a run. */
  readonly atMs: number;
  readonly load?: LoadChange;
  readonly share?: Share;
}

/**
 * @throws from every command: the LoadstarError the worker answered with, or WORKER_UNREACHABLE when it is not connected
 * or does not answer in time - then it is unknown whether it obeyed. All commands may be repeated.
 */
export class WorkerLink {
  readonly id: string;
  readonly name: string;
  readonly incarnation: string;
  /** Product version of the worker. */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;

  /** Internal to this folder. */
  readonly lease: PeerLease;
  private channel: ControlChannel | undefined;
  private beat: Beat | undefined;
  private wallOffsetMs: number;
  private work: WorkState;
  private phase: WorkerState | undefined;
  private goneMs: number | undefined;
  private snapshots = 0;

  constructor(
    private readonly hello: Hello,
    private readonly clock: Clock,
    private readonly timings: ControlTimings,
  ) {
    this.id = workerIdOf(hello);
    this.name = hello.worker;
    this.incarnation = hello.incarnation;
    this.version = hello.version;
    this.labels = hello.labels;
    this.lease = new PeerLease(clock.nowMs(), timings);
    this.wallOffsetMs = hello.wallMs - clock.wallMs();
    this.work = hello.run?.state ?? 'idle';
  }

  /** How sure the master is that it lives. */
  get leaseState(): LeaseState {
    return this.lease.state;
  }

  /** What the worker said last about what it does. */
  get workState(): WorkState {
    return this.work;
  }

  /** Whether it can be given a run, or a part of one: connected, live and not draining. */
  get isUsable(): boolean {
    return this.lease.state === 'live' && this.channel?.isOpen === true && this.work !== 'draining';
  }

  get isConnected(): boolean {
    return this.channel?.isOpen === true;
  }

  get address(): string {
    return this.channel?.address ?? '';
  }

  /**
   * Monotonic time at which its process ended, as far as the wire tells: it said goodbye, or its end of the connection was
   * gone without a word and none came since. undefined while it may live, also behind a wire that is cut.
   */
  get endedMs(): number | undefined {
    return this.goneMs;
  }

  /** Monotonic time after which it has ended its load by itself, if it was not heard again: it stops without a master. */
  get stoppedByMs(): number {
    return this.lease.heardMs + this.timings.stopMs;
  }

  /** Best round trip seen by the worker, milliseconds; 0 before the first measurement. */
  get rttMs(): number {
    return this.beat?.rttMs ?? 0;
  }

  /** Engine processes that are alive. */
  get engines(): number {
    return this.beat?.health.engines ?? this.hello.engines;
  }

  /** As REST and the live feed show it. */
  view(): WorkerView {
    const health = this.beat?.health;
    return {
      id: this.id,
      incarnation: this.incarnation,
      state: this.viewState(),
      users: health?.users ?? 0,
      engines: this.engines,
      cpuPercent: health?.cpuPercent ?? 0,
      rssBytes: health?.rssBytes ?? 0,
      loopLagMs: health?.loopLagMs ?? 0,
      version: this.version,
      labels: { ...this.labels },
      clockOffsetMs: this.wallOffsetMs,
      roundTripMs: this.beat?.lastRttMs ?? 0,
      snapshots: this.snapshots,
      lastSeenMs: Math.max(0, this.clock.nowMs() - this.lease.heardMs),
    };
  }

  /**
   * Has the worker load the scenario in its engines, sending the bundle if it has not got it. Runs nothing.
   * @throws LoadstarError also the scenario's own errors (SCENARIO_*) and WORKER_BUSY while another run is on it
   */
  async prepare(plan: RunPlan, bundle: Bundle, timeoutMs = 60_000): Promise<ScenarioDescription> {
    if (plan.bundleHash !== bundle.hash) throw malformed('prepare', 'the plan names another bundle');
    return this.describe(bundle, timeoutMs, () => this.ask(prepareMessage, { plan }, descriptionAnswer, timeoutMs));
  }

  /** Has the worker load a bundle aside, run or no run, and tell what it declares. */
  async inspect(bundle: Bundle, timeoutMs = 60_000): Promise<ScenarioDescription> {
    const request = { bundleHash: bundle.hash };
    return this.describe(bundle, timeoutMs, () => this.ask(inspectMessage, request, descriptionAnswer, timeoutMs));
  }

  /** Runs the scenario's `setup()`; its result (a JSON value or undefined) belongs into every `start`. */
  async setup(runId: string, timeoutMs = 60_000): Promise<unknown> {
    const answer = valid(await this.ask(setupMessage, { runId }, setupAnswer, timeoutMs));
    return answer.data === undefined ? undefined : parseData(answer.data);
  }

  /** Runs `teardown()`, for the worker that ran `setup()`: while the run is on it or after its end, until the next `prepare`. */
  async teardown(runId: string, timeoutMs = 60_000): Promise<void> {
    valid(await this.ask(teardownMessage, { runId }, doneAnswer, timeoutMs));
  }

  async start(request: StartRequest): Promise<void> {
    const { data, changes = [], fenced = false, ...rest } = request;
    const fenceMs = fenced ? this.timings.fenceMs : undefined;
    const start: Start = { ...rest, changes, data: data === undefined ? undefined : JSON.stringify(data), fenceMs };
    valid(await this.ask(startMessage, start, doneAnswer, this.timings.commandMs));
  }

  async adjust({ runId, atMs, load, share }: AdjustRequest): Promise<void> {
    const adjust: Adjust = { runId, atMs, load, share };
    valid(await this.ask(adjustMessage, adjust, doneAnswer, this.timings.commandMs));
  }

  /**
   * Ends the worker's part of a run. Answered at once; the end itself shows as a snapshot with `final` set, followed by
   * the state `idle`. Also makes it forget a run that was only prepared, or that it does not know.
   * @param graceMs time that iterations may take to end, milliseconds
   */
  async stop(runId: string, graceMs: number, reason: string): Promise<void> {
    const stop: Stop = { runId, graceMs, reason };
    valid(await this.ask(stopMessage, stop, doneAnswer, this.timings.commandMs));
  }

  /** Internal to this folder: a connection of this incarnation was accepted; an older one is closed. */
  attach(channel: ControlChannel, hello: Hello): void {
    const older = this.channel;
    this.channel = channel;
    this.goneMs = undefined;
    this.work = hello.run?.state ?? 'idle';
    this.beat = this.beat && { ...this.beat, rttMs: undefined };
    older?.close();
  }

  /** Internal to this folder. @returns whether it was the current connection */
  detach(channel: ControlChannel, isBroken: boolean): boolean {
    if (this.channel !== channel) return false;
    this.channel = undefined;
    if (isBroken) this.goneMs ??= this.clock.nowMs();
    return true;
  }

  /** Internal to this folder: a whole snapshot of it was read, whatever comes of it. */
  tookSnapshot(): void {
    this.snapshots++;
  }

  /** Internal to this folder: it said goodbye. */
  tookBye(): void {
    this.goneMs = this.clock.nowMs();
  }

  /** Internal to this folder. */
  tookBeat(beat: Beat): void {
    this.beat = beat;
    this.wallOffsetMs = beat.wallMs + (beat.rttMs ?? 0) / 2 - this.clock.wallMs();
  }

  /** Internal to this folder. */
  tookState(state: WorkState): void {
    this.work = state;
    if (state !== 'running') this.phase = undefined;
  }

  /** Internal to this folder: `spawning` or `running`, as the last snapshot says. */
  tookPhase(phase: WorkerState | undefined): void {
    this.phase = phase;
  }

  /** Internal to this folder. */
  proves(key: string): boolean {
    return this.hello.key === key;
  }

  disconnect(): void {
    this.channel?.close();
    this.channel = undefined;
  }

  private viewState(): WorkerState {
    if (this.lease.state === 'left') return 'lost';
    if (this.lease.state !== 'live') return this.lease.state;
    if (this.work === 'running') return this.phase ?? 'running';
    return this.work === 'idle' || this.work === 'prepared' ? 'ready' : this.work;
  }

  private async describe(
    bundle: Bundle,
    timeoutMs: number,
    ask: () => Promise<DescriptionAnswer>,
  ): Promise<ScenarioDescription> {
    let answer = valid(await ask());
    if ('needs' in answer) {
      await this.sendBundle(bundle, timeoutMs);
      answer = valid(await ask());
    }
    if ('needs' in answer) throw malformed('description', 'the worker asks twice for one bundle');
    return answer.description;
  }

  private async sendBundle({ hash, code }: Bundle, timeoutMs: number): Promise<void> {
    const parts = splitBytes(new TextEncoder().encode(code));
    for (const [part, bytes] of parts.entries()) {
      valid(await this.ask(bundleMessage, { hash, part, parts: parts.length, bytes }, doneAnswer, timeoutMs));
    }
  }

  private async ask<Q, A>(kind: MessageKind<Q>, payload: Q, answer: MessageKind<A>, timeoutMs: number): Promise<A> {
    const { channel } = this;
    if (!channel?.isOpen) throw this.unreachable('it is not connected');
    let received: unknown;
    try {
      received = await channel.request(kind.name, payload, timeoutMs);
    } catch (error) {
      throw this.unreachable(error instanceof Error ? error.message : 'no answer');
    }
    return answer.parse(received);
  }

  private unreachable(detail: string): LoadstarError {
    return new LoadstarError('WORKER_UNREACHABLE', { worker: this.id, detail });
  }
}

function valid<A extends object>(answer: A): Exclude<A, { readonly problem: WireError }> {
  if (isProblem(answer)) throw fromWireError(answer.problem);
  return answer as Exclude<A, { readonly problem: WireError }>;
}

function isProblem(answer: object): answer is { readonly problem: WireError } {
  return 'problem' in answer;
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('setup answer', 'data is not JSON');
  }
}
