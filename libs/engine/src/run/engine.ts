import {
  type Clock,
  type LoadChange,
  LoadstarError,
  type Logger,
  type RunPlan,
  type Share,
  shareOf,
  type TimerHandle,
} from '@loadstar/shared';
import type { ScenarioDefinition } from '@loadstar/scenario';
import type { EngineHealth, Phase, RunStats } from '@loadstar/stats';
import { TimerWheel } from '../hot/timer-wheel.js';
import type { Executor, ShapeTicker } from '../load/executors/executor.js';
import { createExecutor } from '../load/executors/registry.js';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import { messageOf } from '../record/traceback.js';
import { RunRecorder } from '../record/run-recorder.js';
import { TurnGuard } from '../user/turn-guard.js';
import { type ClientSource, UserKind } from '../user/user-kind.js';
import { Population } from './population.js';

/** Time between two looks at the load: users are started and stopped this evenly. */
const controlTickMs = 50;
const statusPeriodMs = 1_000;

/** Part of a snapshot's header that the engine knows. Users and rates are this engine's part of the whole. */
export interface EngineStatus {
  readonly elapsedMs: number;
  readonly phase: Phase;
  /** Whether this is the engine's last word in this run. */
  readonly final: boolean;
  /** Why the load came to its end; undefined while it goes on. */
  readonly reason: string | undefined;
  readonly users: number;
  readonly targetUsers: number;
  readonly spawnRate: number;
  readonly usersByClass: Record<string, number>;
  readonly health: EngineHealth;
}

export interface EngineOptions {
  readonly definition: ScenarioDefinition;
  readonly plan: RunPlan;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the protocol client of one user class, which records through the recorder given. */
  readonly clients: (recorder: ExchangeRecorder) => ClientSource;
  /** Own health over the time since the last call; the argument says how late the control tick was at worst. */
  readonly health: (scheduleLagMs: number) => EngineHealth;
  /** Called once a second of run time, at the end of the ramp to a stop, and with the final numbers. */
  readonly onStatus: (status: EngineStatus, stats: RunStats) => void;
}

export interface EngineStart {
  readonly share: Share;
  /** Milliseconds from now at which the run time is `elapsedMs`. */
  readonly inMs: number;
  /** 0 for a new run; the run time at that instant for an engine that joins a running one. */
  readonly elapsedMs: number;
  /** Changes of the load made before this engine came, oldest first. */
  readonly changes: readonly LoadChange[];
  /** What `setup()` returned. */
  readonly data: unknown;
}

export interface EngineAdjustment {
  readonly load?: LoadChange | undefined;
  readonly share?: Share | undefined;
  /** Run time from which it holds, milliseconds. */
  readonly atMs: number;
}

/**
 * One process's part of one run: follows the load with virtual users and publishes cumulative numbers. An engine runs
 * once; it needs no control plane, and with a virtual clock and a pretended client it runs in no time.
 */
export class Engine {
  readonly recorder: RunRecorder;
  private readonly wheel: TimerWheel;
  private population: Population | undefined;
  private executor: Executor | undefined;
  private share: Share = { index: 0, of: 1 };
  private phase: Phase = 'preparing';
  private reason: string | undefined;
  private pending: EngineAdjustment[] = [];
  private ticker: TimerHandle | undefined;
  private deadline: TimerHandle | undefined;
  private nextStatusMs = 0;
  private lastTickMs: number | undefined;
  private worstTickLagMs = 0;
  /** Time on the own clock from which no iteration may begin. */
  private leaseUntilMs = Infinity;
  private isFenced = false;
  private readonly startFailures = new Set<string>();
  private settle: () => void = () => {};
  /** Resolves when the last user has ended and the final numbers are out. */
  readonly done = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  constructor(private readonly options: EngineOptions) {
    this.recorder = new RunRecorder(options.clock);
    this.wheel = new TimerWheel(options.clock, () => this.checkLease());
  }

  /** @throws LoadstarError when the plan names what the scenario does not have; nothing has been started then */
  start(start: EngineStart): void {
    const { clock, plan } = this.options;
    this.share = start.share;
    this.recorder.beginAt(clock.nowMs() + start.inMs - start.elapsedMs);
    this.population = this.newPopulation(start);
    this.executor = createExecutor({
      load: plan.load,
      share: start.share,
      startMs: start.elapsedMs,
      maxUsers: plan.limits.maxUsers,
      target: this.population,
      shape: (name) => this.shape(name),
    });
    for (const change of start.changes) this.executor.change(change);
    this.nextStatusMs = Math.floor(start.elapsedMs / statusPeriodMs + 1) * statusPeriodMs;
    this.ticker = clock.setTimeout(() => this.begin(), start.inMs);
  }

  /** A change of the load or of this engine's share, taken up at its moment (or now, if that has passed). */
  adjust(adjustment: EngineAdjustment): void {
    this.pending.push(adjustment);
    this.pending.sort((a, b) => a.atMs - b.atMs);
  }

  /**
   * Begins the end: no new iterations, and what is under way after `graceMs` is interrupted. A second call can only
   * bring the end forward.
   */
  stop(graceMs: number, reason: string): Promise<void> {
    if (this.phase === 'done') return this.done;
    if (this.phase !== 'stopping') {
      this.phase = 'stopping';
      this.reason = reason;
      this.population?.stopAll();
    }
    this.deadline?.cancel();
    this.deadline = this.options.clock.setTimeout(() => this.population?.interruptAll(), graceMs);
    // The first look is not before the users had their turn to end, and before `start` there is no ticker.
    this.options.clock.setTimeout(() => this.finishWhenEmpty(), 0);
    return this.done;
  }

  /**
   * Lets iterations begin until `untilMs` of the own clock, and none after it until the lease is longer again. What this
   * fences off is a generator that nobody hears and whose part of the load others may have been given.
   */
  lease(untilMs: number): void {
    this.leaseUntilMs = untilMs;
    this.checkLease();
  }

  private begin(): void {
    if (this.phase !== 'preparing') return;
    this.phase = 'spawning';
    this.ticker = this.options.clock.setInterval(() => this.tick(), controlTickMs);
    this.tick();
  }

  private tick(): void {
    const elapsedMs = this.recorder.elapsedMs();
    this.checkLease();
    this.noteLag(elapsedMs);
    if (this.phase === 'stopping') {
      if (this.finishWhenEmpty()) return;
    } else this.followLoad(elapsedMs);
    if (elapsedMs < this.nextStatusMs) return;
    // A late tick publishes once, not once for every second missed.
    this.nextStatusMs = Math.floor(elapsedMs / statusPeriodMs + 1) * statusPeriodMs;
    this.publish(elapsedMs, false);
  }

  private followLoad(elapsedMs: number): void {
    const { executor } = this;
    if (!executor) return;
    try {
      this.takeAdjustments(executor, elapsedMs);
      executor.advance(elapsedMs);
    } catch (error) {
      this.recorder.exception(error, 'load');
      this.endLoad(`the load could not be followed: ${messageOf(error)}`);
      return;
    }
    const { ended, phase } = executor.status;
    if (ended !== undefined) this.endLoad(ended);
    else this.phase = phase;
  }

  // Looked at before anything is dispatched and not by a timer of its own: a process that was stopped wakes up late.
  private checkLease(): void {
    const fenced = this.options.clock.nowMs() >= this.leaseUntilMs;
    if (fenced === this.isFenced || this.phase === 'stopping' || this.phase === 'done') return;
    this.isFenced = fenced;
    if (fenced) this.population?.hold();
    else this.population?.release(this.recorder.elapsedMs());
  }

  private endLoad(reason: string): void {
    void this.stop(this.options.plan.stopTimeoutMs, reason);
  }

  private takeAdjustments(executor: Executor, elapsedMs: number): void {
    for (let next = this.pending[0]; next && next.atMs <= elapsedMs; next = this.pending[0]) {
      this.pending.shift();
      if (next.load) executor.change(next.load);
      if (next.share) {
        this.share = next.share;
        executor.reshare(next.share, next.atMs);
      }
    }
  }

  private finishWhenEmpty(): boolean {
    if (this.phase !== 'stopping' || (this.population?.leaving ?? 0) > 0) return false;
    this.phase = 'done';
    this.ticker?.cancel();
    this.deadline?.cancel();
    this.wheel.close();
    this.publish(this.recorder.elapsedMs(), true);
    this.settle();
    return true;
  }

  private publish(elapsedMs: number, final: boolean): void {
    const { population, executor, share } = this;
    const status = executor?.status;
    const ending = this.phase === 'stopping' || this.phase === 'done';
    this.options.onStatus(
      {
        elapsedMs,
        phase: this.phase,
        final,
        reason: this.reason,
        users: population ? population.users + (ending ? population.leaving : 0) : 0,
        targetUsers: ending ? 0 : shareOf(status?.targetUsers ?? 0, share),
        spawnRate: (status?.spawnRate ?? 0) / share.of,
        usersByClass: population?.usersByClass(ending) ?? {},
        health: this.options.health(this.worstTickLagMs),
      },
      this.recorder.stats,
    );
    this.worstTickLagMs = 0;
  }

  // The control tick is a timer of known period: how late it comes is how late everything planned may come.
  private noteLag(elapsedMs: number): void {
    if (this.lastTickMs !== undefined) {
      const lagMs = Math.max(0, elapsedMs - this.lastTickMs - controlTickMs);
      this.worstTickLagMs = Math.max(this.worstTickLagMs, lagMs);
      this.recorder.stats.lag.record(lagMs * 1000);
    }
    this.lastTickMs = elapsedMs;
  }

  private newPopulation({ share, data }: EngineStart): Population {
    const { definition, plan, clock } = this.options;
    const services = {
      clock,
      wheel: this.wheel,
      recorder: this.recorder,
      seed: plan.seed,
      engine: `${share.index}/${share.of}`,
      host: plan.host,
      data,
      turns: new TurnGuard(),
      onStartFailed: (userClass: string, message: string) => this.startFailed(userClass, message),
    };
    const kinds = definition.userClasses.map(
      (each) => new UserKind(each, services, this.options.clients(this.recorder.forClass(each.name))),
    );
    return new Population({
      kinds,
      seed: plan.seed,
      share,
      selection: { userClasses: plan.userClasses, classWeights: plan.classWeights },
      stopTimeoutMs: plan.stopTimeoutMs,
      after: (delayMs, callback) => this.wheel.after(delayMs, callback),
    });
  }

  private startFailed(userClass: string, message: string): void {
    const key = `${userClass}\n${message}`;
    if (this.startFailures.has(key) || this.startFailures.size >= 100) return;
    this.startFailures.add(key);
    this.options.logger.warn({ userClass, error: message }, 'onStart threw: the user does no work and tries again');
  }

  private shape(name: string): ShapeTicker {
    const { shapes } = this.options.definition;
    const shape = shapes.find((each) => each.name === name);
    if (!shape) throw new LoadstarError('NOT_FOUND', { what: 'shape', id: name });
    const follower = shape.create();
    return (second) => follower.tick(second);
  }
}
