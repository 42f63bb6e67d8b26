// The worker's part in a run: obeys the master's commands, within what the state allows, and turns them into calls of
// the load runner. Every command may come twice, because its answer may have been lost.
import {
  type Clock,
  LoadstarError,
  type Logger,
  type RunPlan,
  type ScenarioDescription,
  type Share,
  type TimerHandle,
  type TracedBatch,
  type WireError,
} from '@loadstar/shared';
import type { Adjust, BundlePart, DescriptionAnswer, Inspect, Prepare, Start, Stop } from '../messages/commands.js';
import type { HeldRun, WorkState } from '../messages/join.js';
import { messageLimits } from '../messages/limits.js';
import { reportDelayMs } from '../session/report-spread.js';
import { WorkSession } from '../session/work-session.js';
import { ShareFence } from '../session/share-fence.js';
import { BundleShelf } from './bundle-shelf.js';
import type { LoadRunner, RunnerSnapshot } from './load-runner.js';

export interface RunHostOptions {
  readonly runner: LoadRunner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly worker: string;
  /** Own monotonic time of an instant on the master's clock; waits for the clock to be known. */
  toOwnMs(masterMs: number): Promise<number>;
  /** The state changed, or there is a problem to tell. */
  report(state: WorkState, runId: string | undefined, reason?: string, problem?: WireError): void;
  /** Resolves when the final snapshot is with the master, or it has been waited for long enough. */
  delivered(): Promise<void>;
  snapshot(snapshot: RunnerSnapshot, startedMs: number): void;
  /** A line that the scenario or an engine wrote. */
  log(line: string): void;
  traced(batch: TracedBatch, plan: RunPlan): void;
}

interface HeldPlan {
  readonly plan: RunPlan;
  readonly description: Promise<ScenarioDescription>;
  setup: Promise<string | undefined> | undefined;
  share: Share | undefined;
  /** Own monotonic time and run time of one instant, set by `start`. */
  startedAt: { readonly ownMs: number; readonly elapsedMs: number } | undefined;
  /** Set by `start` where the share may be given to others. */
  fence: ShareFence | undefined;
  /** The load has ended and its last numbers were delivered, or waited for long enough. */
  isOver: boolean;
}

export class RunHost {
  readonly session = new WorkSession();
  private readonly shelf = new BundleShelf();
  private held: HeldPlan | undefined;
  private ending: Promise<void> | undefined;
  /** The newest numbers, while they wait for their moment of the second. */
  private waiting: RunnerSnapshot | undefined;
  private turn: TimerHandle | undefined;

  constructor(private readonly options: RunHostOptions) {
    options.runner.observe({
      snapshot: (snapshot) => this.took(snapshot),
      engineDied: (problem) => options.report(this.session.state, this.session.runId, 'an engine ended', problem),
      log: (line) => options.log(line),
      traced: (batch, plan) => options.traced(batch, plan),
    });
  }

  /** The run that the worker is in, for a hello. */
  heldRun(): HeldRun | undefined {
    const { held, session } = this;
    if (!held || session.state === 'idle') return undefined;
    const { share, plan } = held;
    return { runId: plan.runId, state: session.state, share, elapsedMs: this.elapsedMs() };
  }

  async prepare({ plan }: Prepare): Promise<DescriptionAnswer> {
    const { session, options } = this;
    if (session.holds(plan.runId) && this.held) return { ok: true, description: await this.held.description };
    const code = this.shelf.get(plan.bundleHash);
    if (code === undefined) return { needs: 'bundle' };
    if (!session.on('prepare', plan.runId)) throw this.busy();
    const description = options.runner.prepare(plan, code);
    const held: HeldPlan = {
      plan,
      description,
      setup: undefined,
      share: undefined,
      startedAt: undefined,
      fence: undefined,
      isOver: false,
    };
    this.held = held;
    options.report(session.state, plan.runId);
    try {
      const answer: DescriptionAnswer = { ok: true, description: await description };
      if (this.held === held && session.on('prepared')) options.report(session.state, plan.runId);
      return answer;
    } catch (error) {
      if (this.held === held && session.on('failed')) options.report(session.state, plan.runId);
      throw error;
    }
  }

  async inspect({ bundleHash }: Inspect): Promise<DescriptionAnswer> {
    const code = this.shelf.get(bundleHash);
    if (code === undefined) return { needs: 'bundle' };
    return { ok: true, description: await this.options.runner.inspect(code) };
  }

  bundle(part: BundlePart): void {
    this.shelf.add(part);
  }

  /** Runs once, however often it is asked for. @returns JSON text, or undefined */
  setup(runId: string): Promise<string | undefined> {
    const { held } = this;
    if (!held || held.plan.runId !== runId || this.session.state !== 'prepared') throw this.busy();
    held.setup ??= this.options.runner.setup().then(asJson);
    return held.setup;
  }

  async teardown(runId: string): Promise<void> {
    if (this.held?.plan.runId !== runId) throw new LoadstarError('NOT_FOUND', { what: 'run', id: runId });
    await this.options.runner.teardown();
  }

  async start({ runId, share, startAtMasterMs, elapsedMs, changes, data, fenceMs }: Start): Promise<void> {
    const { session, held, options } = this;
    if (!held || !session.holds(runId)) throw new LoadstarError('NOT_FOUND', { what: 'prepared run', id: runId });
    if (held.startedAt) return;
    const ownMs = await options.toOwnMs(startAtMasterMs);
    if (this.held !== held || held.startedAt) return;
    if (!session.on('start')) throw this.busy();
    const nowMs = options.clock.nowMs();
    // An instant that has passed is caught up with: the run time is the same on every worker.
    const lateMs = Math.max(0, nowMs - ownMs);
    held.share = share;
    held.startedAt = { ownMs, elapsedMs };
    try {
      const value = data === undefined ? undefined : (JSON.parse(data) as unknown);
      options.runner.start({
        share,
        inMs: Math.max(0, ownMs - nowMs),
        elapsedMs: elapsedMs + lateMs,
        changes,
        data: value,
        // What others take over when this worker is lost, it takes over itself when a part of it is.
        replaceDead: fenceMs !== undefined,
      });
      if (fenceMs !== undefined) {
        // That the start came is a sign of life of the master, but not that it heard this worker: only beats are.
        held.fence = new ShareFence(fenceMs, nowMs);
        this.lend(held);
      }
    } catch (error) {
      void this.endLoad(0, 'it could not be started');
      throw error;
    }
    options.report('running', runId);
  }

  adjust({ runId, atMs, load, share }: Adjust): void {
    const { session, held } = this;
    if (!held || !session.holds(runId)) throw new LoadstarError('NOT_FOUND', { what: 'running run', id: runId });
    // What is about to end needs no new load.
    if (session.state !== 'running') return;
    if (share) {
      held.share = share;
      held.fence?.told(this.options.clock.nowMs() + Math.max(0, atMs - this.elapsedMs()));
    }
    this.options.runner.adjust({ load, share, atMs });
  }

  /** A beat that left at `sentMs` was answered; the master had given this worker up `losses` times by then. */
  confirmed(sentMs: number, losses: number): void {
    const { held } = this;
    if (!held?.fence || !this.session.isLoaded) return;
    held.fence.confirmed(sentMs, losses);
    this.lend(held);
  }

  /** Answers at once; unknown runs are harmless, because the worker then has what was wanted: nothing. */
  stop({ runId, graceMs, reason }: Stop): void {
    if (!this.session.holds(runId)) return;
    if (this.session.isLoaded) void this.endLoad(graceMs, reason);
    else if (this.session.on('stop')) {
      this.options.report(this.session.state, runId, reason);
      this.letGo(reason);
    }
  }

  /**
   * Ends the load, if there is any: softly within `graceMs`; a second call may shorten that.
   * @returns when the final snapshot was handed over and delivered
   */
  async endLoad(graceMs: number, reason: string): Promise<void> {
    const { session, options, held } = this;
    if (!held?.startedAt || held.isOver) return;
    if (session.on('stop')) options.report(session.state, held.plan.runId, reason);
    try {
      await options.runner.stop(graceMs, reason);
    } catch (error) {
      options.logger.error({ err: error }, 'the load could not be ended as it should');
    }
    await this.conclude(held, reason);
  }

  /** Takes nothing on any more. */
  drain(): void {
    if (this.session.on('drain')) this.options.report('draining', this.held?.plan.runId, 'the worker is leaving');
  }

  /** How long iterations may take to end in the run that is held, milliseconds. */
  get stopTimeoutMs(): number {
    return this.held?.plan.stopTimeoutMs ?? 0;
  }

  busy(): LoadstarError {
    return new LoadstarError('WORKER_BUSY', { worker: this.options.worker, state: this.session.state });
  }

  private took(snapshot: RunnerSnapshot): void {
    const { held, session, options } = this;
    const { runId, final, reason = 'the load has ended' } = snapshot.header;
    if (!held || held.plan.runId !== runId || held.isOver) return;
    if (!final) {
      this.inTurn(held, snapshot);
      return;
    }
    this.turn?.cancel();
    this.turn = undefined;
    options.snapshot(snapshot, held.startedAt?.elapsedMs ?? 0);
    // Nobody stopped it: the run time is over, or the shape has ended.
    if (session.on('stop')) options.report(session.state, runId, reason);
    void this.conclude(held, reason);
  }

  /** All workers of a run have their numbers at one moment of each second; each tells them at a moment of its own. */
  private inTurn(held: HeldPlan, snapshot: RunnerSnapshot): void {
    const { clock } = this.options;
    const tell = (): void => {
      this.turn = undefined;
      if (this.held === held && this.waiting) this.options.snapshot(this.waiting, held.startedAt?.elapsedMs ?? 0);
    };
    const delayMs = reportDelayMs(held.share);
    this.waiting = snapshot;
    if (delayMs >= 1) this.turn ??= clock.setTimeout(tell, delayMs);
    else if (!this.turn) tell();
  }

  private conclude(held: HeldPlan, reason: string): Promise<void> {
    if (this.held !== held || held.isOver) return Promise.resolve();
    this.ending ??= this.options.delivered().then(() => {
      this.ending = undefined;
      held.isOver = true;
      if (this.session.on('ended')) this.options.report(this.session.state, held.plan.runId, reason);
    });
    return this.ending;
  }

  private lend({ fence }: HeldPlan): void {
    const nowMs = this.options.clock.nowMs();
    const untilMs = fence?.leaseUntilMs(nowMs);
    if (untilMs !== undefined) this.options.runner.lease(untilMs - nowMs);
  }

  /** Frees what was prepared for a run that does not take place. */
  private letGo(reason: string): void {
    this.options.runner.stop(0, reason).catch((error: unknown) => {
      this.options.logger.error({ err: error }, 'what was prepared could not be let go');
    });
  }

  private elapsedMs(): number {
    const startedAt = this.held?.startedAt;
    if (!startedAt) return 0;
    return Math.max(0, startedAt.elapsedMs + this.options.clock.nowMs() - startedAt.ownMs);
  }
}

function asJson(data: unknown): string | undefined {
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch {
    throw new LoadstarError('SETUP_FAILED', { detail: 'its result cannot be sent as JSON' });
  }
  if (text !== undefined && text.length > messageLimits.setupDataLength) {
    const detail = `its result is larger than ${messageLimits.setupDataLength} characters of JSON`;
    throw new LoadstarError('SETUP_FAILED', { detail });
  }
  return text;
}
