import { type LoadChange, readParameters, type Share, type TimerHandle } from '@loadstar/shared';
import type { Histogram, Phase } from '@loadstar/stats';
import { TimerWheel } from '../hot/timer-wheel.js';
import { messageOf } from '../record/traceback.js';
import { RunRecorder } from '../record/run-recorder.js';
import { TurnGuard } from '../user/turn-guard.js';
import type { UserServices } from '../user/user-kind.js';
import { ArrivalPump } from './arrival-pump.js';
import { buildParts } from './build-parts.js';
import type { EngineAdjustment, EngineOptions, EngineStart } from './engine-options.js';
import type { RunPart } from './run-part.js';

/** Time between two looks at the load: users are started and stopped this evenly. */
const controlTickMs = 50;
const statusPeriodMs = 1_000;

/**
 * One process's part of one run: follows the load with virtual users and publishes cumulative numbers. An engine runs
 * once; it needs no control plane, and with a virtual clock and a pretended client it runs in no time.
 */
export class Engine {
  readonly recorder: RunRecorder;
  private readonly wheel: TimerWheel;
  private readonly pump: ArrivalPump;
  private parts: RunPart[] = [];
  private share: Share = { index: 0, of: 1 };
  /** Whether any part has arrivals: then their lateness is the schedule's, not that of the control tick. */
  private open = false;
  private lagBefore: Histogram | undefined;
  /** Run time at which everything stops, whatever scenarios still plan. */
  private endMs = Infinity;
  private phase: Phase = 'preparing';
  private reason: string | undefined;
  private ticker: TimerHandle | undefined;
  private deadline: TimerHandle | undefined;
  private nextStatusMs = 0;
  private lastTickMs: number | undefined;
  private worstTickLagMs = 0;
  /** Time on the own clock from which no iteration may begin. */
  private leaseUntilMs = Infinity;
  private isFenced = false;
  /** Pauses and their ends that are still to come, by run time. */
  private pauses: { readonly atMs: number; readonly paused: boolean }[] = [];
  private isPaused = false;
  private readonly startFailures = new Set<string>();
  private settle: () => void = () => {};
  /** Resolves when the last user has ended and the final numbers are out. */
  readonly done = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  constructor(private readonly options: EngineOptions) {
    this.recorder = new RunRecorder(options.clock);
    this.wheel = new TimerWheel(options.clock, () => this.checkLease());
    this.pump = new ArrivalPump({
      clock: options.clock,
      soon: options.soon ?? ((callback) => setImmediate(callback)),
      beforeArrivals: () => this.checkLease(),
      onPoll: options.onPoll,
    });
  }

  /** @throws LoadstarError when the plan names what the scenario does not have; nothing has been started then */
  start(start: EngineStart): void {
    const { clock, plan } = this.options;
    this.share = start.share;
    const originMs = clock.nowMs() + start.inMs - start.elapsedMs;
    this.recorder.beginAt(originMs);
    if (plan.load.kind === 'scenarios') this.endMs = plan.load.runTimeMs ?? Infinity;
    this.parts = buildParts({
      ...this.options,
      start,
      originMs,
      pump: this.pump,
      services: this.services(start),
      after: (delayMs, callback) => this.wheel.after(delayMs, callback),
    });
    this.open = this.parts.some(({ isOpen }) => isOpen);
    for (const change of start.changes) {
      this.takeRunTime(change);
      this.takePause(change);
    }
    this.nextStatusMs = Math.floor(start.elapsedMs / statusPeriodMs + 1) * statusPeriodMs;
    this.ticker = clock.setTimeout(() => this.begin(), start.inMs);
  }

  /** A change of the load or of this engine's share, taken up at its moment (or now, if that has passed). */
  adjust(adjustment: EngineAdjustment): void {
    if (adjustment.load) {
      this.takeRunTime(adjustment.load);
      this.takePause(adjustment.load);
    }
    if (adjustment.share) this.share = adjustment.share;
    for (const part of this.parts) part.adjust(adjustment);
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
      const elapsedMs = this.recorder.elapsedMs();
      for (const part of this.parts) part.end(reason, elapsedMs);
    }
    // Who was told to stop does not begin anything any more; what was under way may come to its end.
    this.setPaused(false);
    this.deadline?.cancel();
    this.deadline = this.options.clock.setTimeout(() => {
      for (const { crew } of this.parts) crew.interruptAll();
    }, graceMs);
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
    } else {
      this.followPauses(elapsedMs);
      this.followLoad(elapsedMs);
    }
    if (elapsedMs < this.nextStatusMs) return;
    // A late tick publishes once, not once for every second missed.
    this.nextStatusMs = Math.floor(elapsedMs / statusPeriodMs + 1) * statusPeriodMs;
    this.publish(elapsedMs, false);
  }

  private followLoad(elapsedMs: number): void {
    try {
      for (const part of this.parts) part.advance(elapsedMs, this.isPaused);
    } catch (error) {
      this.recorder.exception(error, 'load');
      this.endLoad(`the load could not be followed: ${messageOf(error)}`);
      return;
    }
    if (elapsedMs >= this.endMs) this.endLoad('run time reached');
    else if (this.parts.every(({ ended }) => ended !== undefined)) this.endLoad(this.naturalEnd());
    else this.phase = this.parts.some(({ status }) => status?.phase === 'spawning') ? 'spawning' : 'running';
  }

  private naturalEnd(): string {
    const scenarios = this.options.plan.load.kind === 'scenarios';
    return (scenarios ? undefined : this.parts[0]?.ended) ?? 'every scenario has ended';
  }

  // Looked at before anything is dispatched and not by a timer of its own: a process that was stopped wakes up late.
  private checkLease(): void {
    const fenced = this.options.clock.nowMs() >= this.leaseUntilMs;
    if (fenced === this.isFenced || this.phase === 'stopping' || this.phase === 'done') return;
    this.isFenced = fenced;
    for (const { crew } of this.parts) {
      if (fenced) crew.hold();
      else crew.release(this.recorder.elapsedMs());
    }
  }

  private endLoad(reason: string): void {
    void this.stop(Math.max(0, ...this.parts.map(({ graceMs }) => graceMs)), reason);
  }

  private takeRunTime({ atMs, runTimeMs }: LoadChange): void {
    const scenarios = this.options.plan.load.kind === 'scenarios';
    if (scenarios && runTimeMs !== undefined) this.endMs = atMs + runTimeMs;
  }

  private takePause({ atMs, paused }: LoadChange): void {
    if (paused === undefined) return;
    this.pauses.push({ atMs, paused });
    this.pauses.sort((a, b) => a.atMs - b.atMs);
  }

  private followPauses(elapsedMs: number): void {
    for (let next = this.pauses[0]; next && next.atMs <= elapsedMs; next = this.pauses[0]) {
      this.pauses.shift();
      this.setPaused(next.paused);
    }
  }

  /** Time stands still for users, so that each goes on from where it was: with the rest of its wait, or its next request. */
  private setPaused(paused: boolean): void {
    if (paused === this.isPaused) return;
    this.isPaused = paused;
    const elapsedMs = this.recorder.elapsedMs();
    for (const { crew } of this.parts) {
      if (paused) crew.pause();
      else crew.resume(elapsedMs);
    }
    this.options.onPause?.(paused);
    if (paused) this.wheel.freeze();
    else this.wheel.thaw();
  }

  private finishWhenEmpty(): boolean {
    if (this.phase !== 'stopping' || this.parts.some(({ gone }) => !gone)) return false;
    this.phase = 'done';
    this.ticker?.cancel();
    this.deadline?.cancel();
    this.wheel.close();
    this.publish(this.recorder.elapsedMs(), true);
    this.settle();
    return true;
  }

  private publish(elapsedMs: number, final: boolean): void {
    const { parts, share } = this;
    this.recorder.settle();
    const ending = this.phase === 'stopping' || this.phase === 'done';
    const present = (part: RunPart): boolean => ending || part.ended !== undefined;
    const sum = (of: (part: RunPart) => number): number => parts.reduce((total, part) => total + of(part), 0);
    this.options.onStatus(
      {
        elapsedMs,
        phase: this.phase,
        final,
        reason: this.reason,
        users: sum((part) => part.crew.users + (present(part) ? part.crew.leaving : 0)),
        targetUsers: sum((part) => (part.ended === undefined ? (part.status?.ownTarget ?? 0) : 0)),
        spawnRate: sum((part) => part.status?.spawnRate ?? 0) / share.of,
        usersByClass: addedUp(parts.map((part) => part.crew.usersByClass(present(part)))),
        health: this.options.health(this.takeLag(), this.pump.takeIdleMs()),
      },
      this.recorder.stats,
    );
  }

  /** How late what was planned has been since the last call, milliseconds. */
  private takeLag(): number {
    const worst = this.worstTickLagMs;
    this.worstTickLagMs = 0;
    if (!this.open) return worst;
    const { lag } = this.recorder.stats;
    const since = this.lagBefore ? lag.subtract(this.lagBefore) : lag;
    this.lagBefore = lag.clone();
    return since.percentile(99) / 1000;
  }

  // The control tick is a timer of known period: how late it comes is how late everything planned may come.
  private noteLag(elapsedMs: number): void {
    if (this.lastTickMs !== undefined) {
      const lagMs = Math.max(0, elapsedMs - this.lastTickMs - controlTickMs);
      this.worstTickLagMs = Math.max(this.worstTickLagMs, lagMs);
      if (!this.open) this.recorder.stats.lag.record(lagMs * 1000);
    }
    this.lastTickMs = elapsedMs;
  }

  private services({ share, data }: EngineStart): UserServices {
    const { plan, clock, definition } = this.options;
    return {
      clock,
      wheel: this.wheel,
      recorder: this.recorder,
      seed: plan.seed,
      engine: `${share.index}/${share.of}`,
      host: plan.host,
      data,
      parameters: readParameters(plan.parameters ?? {}, definition.parameters).values,
      turns: new TurnGuard(),
      onStartFailed: (userClass: string, message: string) => this.startFailed(userClass, message),
    };
  }

  private startFailed(userClass: string, message: string): void {
    const key = `${userClass}\n${message}`;
    if (this.startFailures.has(key) || this.startFailures.size >= 100) return;
    this.startFailures.add(key);
    this.options.logger.warn({ userClass, error: message }, 'onStart threw: the user does no work and tries again');
  }
}

function addedUp(list: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of list) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}
