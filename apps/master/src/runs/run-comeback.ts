/**
 * Workers that come back into a run that is theirs: after a restart of the master, whose successor never met them, or
 * after they had been given up. They bring the time of the run with them, because the old master's clock is gone.
 */
import type { HeldRun, WorkerLink } from '@loadstar/protocol';
import { type Clock, formatRunTime, type Logger } from '@loadstar/shared';
import type { RunNumbers } from '../ingest/run-numbers.js';
import type { RunBook } from './run-book.js';
import type { RunCrew } from './run-crew.js';
import type { RunEnding } from './run-ending.js';
import type { Participant, Standing } from './run-participants.js';
import type { LossPolicy, RunWorker } from './run-record.js';
import { RunReturn } from './run-return.js';
import type { RunMoment, RunShares } from './run-shares.js';
import type { RunTimings } from './run-state.js';
import type { RunWrapUp } from './run-wrap-up.js';

export interface RunComebackParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly numbers: RunNumbers;
  readonly crew: RunCrew;
  readonly shares: RunShares;
  readonly ending: RunEnding;
  readonly wrapUp: RunWrapUp;
  /** Newcomers make sense from now on. */
  readonly steady: () => void;
}

/** What each further worker adds to the wait, milliseconds: they are let in a few at a time. */
const eachMs = 10;

/** A run whose start can be learned from those who remember it. */
export interface RememberedRun extends RunMoment {
  startAtMs: number | undefined;
  readonly elapsedMs: number;
}

export class RunComeback {
  /** Set after a restart of the master. */
  private returning: RunReturn | undefined;

  constructor(
    private readonly moment: RememberedRun,
    private readonly parts: RunComebackParts,
  ) {}

  /** Whether the run still waits for workers that had it under an earlier master. */
  get isWaiting(): boolean {
    return this.returning?.isOpen ?? false;
  }

  /** The run is that of an earlier master: nothing is decided until its workers are back, or the time is up. */
  prepare(): void {
    const { clock, crew, numbers } = this.parts;
    const { unreported, workers } = this.moment.record;
    for (const [incarnation, bound] of Object.entries(unreported)) crew.participants.absent.set(incarnation, bound);
    const present = workers.filter(({ incarnation }) => !crew.participants.absent.has(incarnation));
    const over = (missing: readonly RunWorker[]): void => this.run(this.whole(missing));
    this.returning = new RunReturn(clock, present, numbers.ledger.headers(), over);
  }

  /** Workers can come from now on. @param limitMs how long to wait for a few of them, milliseconds */
  begin(limitMs: number): void {
    const { returning } = this;
    returning?.begin(this.parts.clock.nowMs() + limitMs + returning.missing * eachMs);
  }

  close(): void {
    this.returning?.close();
  }

  /** A worker is here that says that it is in this run, and that this master has not met. */
  resume(link: WorkerLink, held: HeldRun): void {
    const { clock, logger, crew, ending, shares } = this.parts;
    const { moment } = this;
    const hasBegun = held.share !== undefined && held.state !== 'preparing' && held.state !== 'prepared';
    if (hasBegun) {
      // The way of the message makes the start seem later than it was, so the earliest is nearest to the truth.
      moment.startAtMs = Math.min(moment.startAtMs ?? Infinity, clock.nowMs() - held.elapsedMs);
    }
    const isLeaving = held.state === 'stopping' || held.state === 'draining';
    const participant = this.adopt(link, isLeaving ? 'leaving' : 'active');
    participant.share = hasBegun ? held.share : undefined;
    participant.behind = true;
    logger.info({ run: moment.runId, worker: link.id, state: held.state }, 'a worker is back in its run');
    if (moment.record.state === 'stopping') crew.stop(participant, 'the run is being stopped');
    if (this.isWaiting) this.returning?.heard(link.id);
    else if (moment.isSteady) this.run(shares.reshare().then(() => crew.catchUp(participant, moment.soon())));
    else this.run(ending.finishIfSilent());
  }

  /** A worker that came to its end while there was no master has nothing left of the run but its last numbers. */
  lastNumbers(link: WorkerLink): void {
    const isOurs = this.moment.record.workers.some(({ id }) => id === link.id);
    if (isOurs && !this.parts.crew.participants.get(link.id)) this.adopt(link, 'active');
  }

  /** The last word of a worker was heeded. */
  heard(workerId: string): void {
    this.returning?.heard(workerId);
  }

  private adopt(link: WorkerLink, standing: Standing): Participant {
    const { book, clock, crew, numbers, wrapUp } = this.parts;
    const { runId, startAtMs, elapsedMs } = this.moment;
    const participant = crew.participants.add(link);
    participant.standing = standing;
    participant.startedAtMs = startAtMs;
    const header = numbers.ledger.headers().find(({ incarnation }) => incarnation === link.incarnation);
    if (header) crew.participants.note(link.id, header, clock.nowMs());
    if (crew.participants.absent.delete(link.incarnation)) {
      wrapUp.incident(`worker ${link.id} was heard again after ${formatRunTime(elapsedMs / 1000)}`, 'joined');
      this.run(book.change(runId, () => wrapUp.missing()));
    }
    return participant;
  }

  /** What is known now is what there is, and the run goes on from here. */
  private async whole(missing: readonly RunWorker[]): Promise<void> {
    const { book, logger, crew, wrapUp, ending } = this.parts;
    const { moment } = this;
    logger.info({ run: moment.runId, missing: missing.length }, 'a run is in the hands of this master');
    for (const worker of missing) wrapUp.giveUpAbsent(worker, moment.elapsedMs);
    if (missing.length > 0) await book.change(moment.runId, () => wrapUp.missing());
    if (moment.record.state === 'stopping') ending.resume();
    else if (moment.isSteady) await this.goOn(missing.length > 0 ? moment.record.lossPolicy : 'continue');
    // Those who are at their end will say with their last word whether it was the end of the plan.
    if (crew.participants.standing('leaving').length === 0) await ending.ifNobodyIsLeft();
    await ending.finishIfSilent();
  }

  /** @param policy what the loss of workers means */
  private async goOn(policy: LossPolicy): Promise<void> {
    const { clock, timings, crew, shares, ending, steady } = this.parts;
    const { moment } = this;
    const active = crew.participants.standing('active');
    // The old master ended after it had decided on the start and before anybody was told.
    if (active.length > 0) moment.startAtMs ??= clock.nowMs() + timings.startLeadMs;
    ending.watchPlan();
    if (policy === 'abort') await ending.begin('a worker was not heard again', true, 'aborted');
    else if (policy === 'rebalance') {
      clock.setTimeout(() => this.run(shares.reshare()), timings.reassignMs).unref();
    } else if (active.some(({ share }) => share === undefined)) await shares.reshare();
    const started = active.filter(({ share }) => share !== undefined);
    await Promise.all(started.map((one) => crew.catchUp(one, moment.soon())));
    steady();
  }

  private run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.parts.logger.error({ run: this.moment.runId, err: error }, 'a step of a comeback failed');
    });
  }
}
