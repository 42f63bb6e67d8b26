/**
 * How a run comes to its end: by its plan, by a stop, or for want of workers; over everybody's last word to the verdict.
 * Every way is guarded by a time limit, so that no run can hang.
 */
import type { WorkerLink } from '@loadstar/protocol';
import type { Clock, Logger, RunState } from '@loadstar/shared';
import type { SnapshotHeader } from '@loadstar/stats';
import { Deadline } from './deadline.js';
import type { RunBook } from './run-book.js';
import type { RunCrew } from './run-crew.js';
import { endsAsPlanned, plannedEndMs } from './run-record.js';
import type { Standing } from './run-participants.js';
import type { RunMoment } from './run-shares.js';
import { type RunTimings, runStates } from './run-state.js';
import type { RunWrapUp } from './run-wrap-up.js';

export interface RunEndingParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly linkOf: (workerId: string) => WorkerLink | undefined;
  readonly crew: RunCrew;
  readonly wrapUp: RunWrapUp;
  /** Makes the numbers that are there durable. */
  readonly storeNumbers: () => Promise<void>;
  /** The run is over: stands its clock still, and returns the run time at the end in milliseconds. */
  readonly stopClock: () => number;
  readonly over: () => void;
}

/** Reasons that engines give when nobody asked them to end. */
const planReasons = new Set<string | undefined>([
  'run time reached',
  'the shape has ended',
  'every scenario has ended',
]);
export class RunEnding {
  /** How the run will end as far as is known. */
  endState: RunState = 'finished';
  private readonly plannedEnd: Deadline;
  private readonly overrun: Deadline;
  private readonly stoppingLimit: Deadline;
  private isFinishing = false;

  constructor(
    private readonly moment: RunMoment,
    private readonly parts: RunEndingParts,
  ) {
    const { clock, crew } = parts;
    this.plannedEnd = new Deadline(clock, () => this.run(this.begin(undefined, false)));
    this.overrun = new Deadline(clock, () => crew.stopAll('the run time is over'));
    this.stoppingLimit = new Deadline(clock, () => this.run(this.finish()));
  }

  /** Looks at the plan again, which may have been changed. */
  watchPlan(): void {
    const { record, startAtMs } = this.moment;
    const end = plannedEndMs(record);
    this.plannedEnd.set(end === undefined || startAtMs === undefined ? undefined : startAtMs + end);
  }

  /**
   * @param tell whether workers have to be told; those whose plan is over end by themselves
   * @param graceMs time that iterations may take to end, also of an end that has begun; undefined: as planned
   */
  async begin(reason: string | undefined, tell: boolean, endState = this.endState, graceMs?: number): Promise<void> {
    const { book, clock, timings, crew, wrapUp } = this.parts;
    const patch = reason === undefined ? {} : { reason };
    const record = await book.move(this.moment.runId, 'stopping', patch);
    // Of two causes the first one counts, so the second can only make it shorter.
    if (!record) {
      if (graceMs !== undefined && this.moment.record.state === 'stopping') this.shorten(reason, graceMs);
      return;
    }
    this.endState = endState;
    wrapUp.loadEnds();
    this.plannedEnd.cancel();
    if (tell) crew.stopAll(reason ?? 'the run is over', graceMs);
    else this.overrun.set(clock.nowMs() + timings.overrunMs);
    this.limitStopping(graceMs);
    await this.finishIfSilent();
  }

  private shorten(reason: string | undefined, graceMs: number): void {
    const { crew, clock } = this.parts;
    crew.stopAll(reason ?? 'the run is over', graceMs);
    if ((this.stoppingLimit.atMs ?? Infinity) > clock.nowMs() + this.stoppingMs(graceMs)) this.limitStopping(graceMs);
  }

  /** A stop that an earlier master began goes on under this one. */
  resume(): void {
    this.parts.crew.stopAll('the run is being stopped');
    this.limitStopping();
  }

  /** Whether a worker that is at its end does as planned. @param elapsedMs run time now */
  isPlannedStop(header: SnapshotHeader, elapsedMs: number): boolean {
    return header.phase === 'stopping' && this.isNatural(header, elapsedMs);
  }

  /**
   * What the last word of a worker means for a run under load: the planned end, an end that nobody planned, or neither.
   * @param standing of the worker before it
   */
  meaningOf(header: SnapshotHeader, standing: Standing, elapsedMs: number): 'planned' | 'early' | undefined {
    // One that was at its end when this master met it, because its plan was over.
    const byPlan = standing === 'leaving' && planReasons.has(header.reason);
    if (standing !== 'active' && !byPlan) return undefined;
    // With scenarios a worker may have done its part while others still have iterations to do.
    const didItsPart =
      this.moment.record.plan.load.kind === 'scenarios' && header.reason === 'every scenario has ended';
    const isLast = (): boolean => this.parts.crew.participants.standing('active').length === 0;
    if (this.isNatural(header, elapsedMs) || (didItsPart && isLast())) return 'planned';
    return didItsPart ? undefined : 'early';
  }

  private isNatural({ reason, elapsedMs: saidMs }: SnapshotHeader, elapsedMs: number): boolean {
    return endsAsPlanned(this.moment.record, Math.max(saidMs, elapsedMs) + this.parts.timings.overrunMs, reason);
  }

  /** Ends a run that is to end when load is lost. @param why a worker or a part of one is gone */
  async abortIfAsked(why: string): Promise<void> {
    if (this.moment.record.lossPolicy === 'abort') await this.begin(why, true, 'aborted');
  }

  /** Without anybody who generates load a run has failed, once those who still report have said their last word. */
  async ifNobodyIsLeft(): Promise<void> {
    if (!this.moment.isSteady || this.parts.crew.participants.standing('active').length > 0) return;
    // They may have come to the end of the plan while there was no master.
    if (this.isPlanOver) return this.begin(undefined, false);
    await this.begin('no worker is left to generate the load', false, 'failed');
  }

  async finishIfSilent(): Promise<void> {
    if (this.moment.isWaiting || !this.parts.crew.participants.allSilent) return;
    if (this.moment.isSteady) await this.ifNobodyIsLeft();
    else if (this.moment.record.state === 'stopping') await this.finish();
  }

  /** The run is over before anybody began. */
  close(): void {
    for (const deadline of [this.plannedEnd, this.overrun, this.stoppingLimit]) deadline.cancel();
  }

  private get isPlanOver(): boolean {
    const { record, startAtMs } = this.moment;
    const end = plannedEndMs(record);
    return end !== undefined && startAtMs !== undefined && this.parts.clock.nowMs() - startAtMs >= end;
  }

  private limitStopping(graceMs?: number): void {
    this.stoppingLimit.set(this.parts.clock.nowMs() + this.stoppingMs(graceMs));
  }

  private stoppingMs(graceMs = this.moment.record.plan.stopTimeoutMs): number {
    return runStates.stopping.limitMs(this.parts.timings, graceMs) ?? 0;
  }

  private async finish(): Promise<void> {
    if (this.isFinishing) return;
    this.isFinishing = true;
    this.close();
    const { book, logger, crew, wrapUp, linkOf, storeNumbers, stopClock, over } = this.parts;
    const { runId } = this.moment;
    for (const participant of crew.participants.standing('active', 'leaving')) {
      participant.standing = 'lost';
      wrapUp.incident(`worker ${participant.link.id} did not say its last word`);
      crew.stop(participant, 'the run is over');
    }
    const elapsedMs = stopClock();
    const { setup } = this.moment.record;
    await wrapUp.teardown(setup && linkOf(setup.workerId));
    // Should this master die now, the next one must not find a run that is over and lacks its last numbers. Without a
    // store neither can be kept: then the run ends here, and both are tried again.
    await storeNumbers().catch(() => {});
    const end = await wrapUp.end(elapsedMs, this.endState === 'failed');
    await book.move(runId, this.endState, end);
    logger.info({ run: runId, state: this.endState, verdict: end.verdict }, 'run ended');
    over();
  }

  private run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.parts.logger.error({ run: this.moment.runId, err: error }, 'a step of the end of a run failed');
    });
  }
}
