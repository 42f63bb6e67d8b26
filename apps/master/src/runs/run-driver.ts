/**
 * Sees one run through: from the moment it is wanted, over the common start, changes and workers that come and go, to
 * everybody's last word. It belongs to one run and so do its timers, which is why an old run can never stop a new one.
 */
import type { HeldRun, LeaseState, StateReport, WorkerLink } from '@loadstar/protocol';
import {
  type Clock,
  formatRunTime,
  type LoadChange,
  LoadstarError,
  type Logger,
  type RunState,
  type ScenarioDescription,
} from '@loadstar/shared';
import type { RunStats, SnapshotHeader } from '@loadstar/stats';
import { RunNumbers } from '../ingest/run-numbers.js';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import { Deadline } from './deadline.js';
import type { RunBook } from './run-book.js';
import { RunCrew } from './run-crew.js';
import { messageOf, prepareAll, prepareFailed, runSetup, within } from './run-launch.js';
import type { Participant, RunParticipants } from './run-participants.js';
import { addChange, plannedEndMs, type RunRecord } from './run-record.js';
import { type RunMoment, RunShares } from './run-shares.js';
import { isEnd, isUnderLoad, type RunTimings, runStates } from './run-state.js';
import { RunWrapUp } from './run-wrap-up.js';

export interface RunDriverParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly bundle: ScenarioBundle;
  readonly description: ScenarioDescription;
}

/** A change as it is asked for, before it has its moment. */
export type WantedChange = Omit<LoadChange, 'atMs'>;

/** How long workers may take to confirm that they have let go of a run that will not start, milliseconds. */
const releaseMs = 2_000;
/** Reasons that engines give for an end that the plan foresaw. */
const naturalReasons = new Set<string | undefined>([undefined, 'run time reached', 'the shape has ended']);

export class RunDriver implements RunMoment {
  readonly numbers: RunNumbers;
  readonly description: ScenarioDescription;
  /** Resolves when the run has ended in any way. */
  readonly ended: Promise<void>;

  readonly participants: RunParticipants;
  private readonly crew: RunCrew;
  private readonly shares: RunShares;
  private readonly plannedEnd: Deadline;
  private readonly overrun: Deadline;
  private readonly stoppingLimit: Deadline;
  private readonly wrapUp: RunWrapUp;
  private setupLink: WorkerLink | undefined;
  /** Monotonic moment of run time 0; undefined before it is fixed. */
  startAtMs: number | undefined;
  private endedAtRunMs: number | undefined;
  private endState: RunState = 'finished';
  private ending = false;
  private resolveEnded: () => void = () => {};
  private rejectLaunch: (error: Error) => void = () => {};
  private readonly cancelled: Promise<never>;

  constructor(
    readonly runId: string,
    private readonly parts: RunDriverParts,
  ) {
    const { book, clock, logger } = parts;
    this.crew = new RunCrew(runId, book, logger);
    this.participants = this.crew.participants;
    this.shares = new RunShares(this, this.crew, parts);
    this.numbers = new RunNumbers(runId);
    this.description = parts.description;
    this.wrapUp = new RunWrapUp({ ...parts, runId, numbers: this.numbers, participants: this.participants });
    this.plannedEnd = new Deadline(clock, () => this.run(this.beginStopping(undefined, false)));
    this.overrun = new Deadline(clock, () => this.crew.stopAll('the run time is over'));
    this.stoppingLimit = new Deadline(clock, () => this.run(this.finish()));
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.cancelled = new Promise<never>((_resolve, reject) => {
      this.rejectLaunch = reject;
    });
    this.cancelled.catch(() => {});
  }

  get record(): RunRecord {
    return this.parts.book.get(this.runId);
  }

  /** Milliseconds of run time that have passed; stands still after the end, 0 before the start. */
  get elapsedMs(): number {
    if (this.endedAtRunMs !== undefined) return this.endedAtRunMs;
    return this.startAtMs === undefined ? 0 : Math.max(0, this.parts.clock.nowMs() - this.startAtMs);
  }

  /**
   * Prepares every worker, runs `setup` on one and fixes the common start.
   * @throws LoadstarError PREPARE_FAILED, START_BARRIER, SETUP_FAILED, SCENARIO_*, RUN_NOT_ACTIVE when stopped meanwhile.
   * Nobody generates load then, and the run is over.
   */
  async launch(links: readonly WorkerLink[]): Promise<void> {
    const { bundle, clock, timings, logger } = this.parts;
    for (const link of links) this.participants.add(link);
    try {
      const { plan } = this.record;
      await this.unlessCancelled(prepareAll(links, plan, bundle, clock, timings.startBarrierMs));
      const [first] = links;
      this.setupLink = first;
      if (first) this.crew.setupData = await this.unlessCancelled(runSetup(first, this.runId, timings));
      for (const link of links) if (!link.isUsable) throw prepareFailed(link, new Error('it left before the start'));
      await this.begin(links);
    } catch (error) {
      await this.giveUp(error);
      throw error;
    }
    logger.info({ run: this.runId, workers: links.length }, 'run started');
  }

  /** @throws LoadstarError RUN_NOT_ACTIVE when the run is not under load or is being stopped */
  async adjust(wanted: WantedChange): Promise<void> {
    const change: LoadChange = { ...wanted, atMs: this.soon() };
    const record = await this.parts.book.change(this.runId, ({ state, changes }) => {
      if (state !== 'spawning' && state !== 'running') return undefined;
      return { state: 'spawning', changes: addChange(changes, change) };
    });
    if (!record) throw new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state: this.record.state });
    this.shares.changedAtMs = change.atMs;
    this.watchPlannedEnd();
    await Promise.all(this.participants.standing('active').map((one) => this.crew.catchUp(one, change.atMs)));
  }

  /** Begins the stop, or calls the start off. Harmless when the run has ended. */
  async stop(reason: string): Promise<void> {
    const { state } = this.record;
    if (isEnd(state)) return;
    if (!isUnderLoad(state)) {
      this.rejectLaunch(new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state: 'aborted' }));
      this.endState = 'aborted';
      return;
    }
    await this.beginStopping(reason, true);
  }

  /** Takes a snapshot into the ledger, and takes note of what it says about its worker. */
  take(workerId: string, header: SnapshotHeader, stats: RunStats): void {
    if (this.numbers.take(header, stats) !== 'accepted') return;
    const participant = this.participants.note(workerId, header, this.parts.clock.nowMs());
    if (!participant) return;
    if (header.final) this.lastWord(participant, header);
    else if (header.phase === 'stopping' && participant.standing === 'active' && this.endsNaturally(header)) {
      this.run(this.beginStopping(undefined, false));
    }
    if (this.record.state === 'spawning' && this.participants.allSpawned(this.shares.changedAtMs)) {
      this.run(this.parts.book.move(this.runId, 'running'));
    }
  }

  /** A worker is there that may not take part yet, or that may have missed something. */
  joined(link: WorkerLink, held: HeldRun | undefined): void {
    const participant = this.participants.get(link.id);
    if (participant && held?.runId === this.runId) {
      if (participant.standing === 'lost') this.returned(participant);
      if (this.record.state === 'stopping') this.crew.stop(participant, 'the run is being stopped');
      else if (participant.standing === 'active' && this.startAtMs !== undefined) {
        this.run(this.crew.bringBack(participant, held.state !== 'prepared', this.startAtMs, this.soon()));
      }
    } else if (!participant) this.run(this.shares.admit(link));
  }

  /** Whether a worker takes part, or is being let in. */
  has(workerId: string): boolean {
    return this.shares.has(workerId);
  }

  /** Whether a free worker may join while the run goes on. */
  wants(link: WorkerLink): boolean {
    return this.shares.wants(link);
  }

  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void {
    const participant = this.participants.get(link.id);
    if (!participant) return;
    if (state === 'lost') this.run(this.lost(participant, 'was lost'));
    else if (state === 'left') this.run(this.lost(participant, 'left without its last numbers'));
    else if (state === 'live' && before === 'lost' && link.workState === 'running') this.returned(participant);
  }

  stateReported(link: WorkerLink, { state, runId, reason, problem }: StateReport): void {
    const participant = this.participants.get(link.id);
    if (!participant || participant.standing !== 'active' || !this.underLoad) return;
    if (problem && runId === this.runId)
      this.wrapUp.incident(`worker ${link.id}: ${problem.code} ${reason ?? ''}`.trim());
    if (state === 'draining' || (state === 'idle' && runId === this.runId)) {
      participant.standing = 'leaving';
      this.parts.logger.info({ run: this.runId, worker: link.id }, 'a worker gives up its share');
      this.run(this.shares.reshare().then(() => this.nobodyLeft()));
    }
  }

  /** Forgets all timers; for the end of the process. */
  close(): void {
    for (const deadline of [this.plannedEnd, this.overrun, this.stoppingLimit]) deadline.cancel();
  }

  get underLoad(): boolean {
    const { state } = this.record;
    return state === 'spawning' || state === 'running';
  }

  /** A moment of the run that every worker can still be told of in time. */
  soon(): number {
    return this.elapsedMs + this.parts.timings.adjustLeadMs;
  }

  private async begin(links: readonly WorkerLink[]): Promise<void> {
    const { book, clock, timings } = this.parts;
    const leadMs = Math.max(timings.startLeadMs, ...links.map(({ rttMs }) => 2 * rttMs));
    const startAtMs = clock.nowMs() + leadMs;
    const moved = await book.move(this.runId, 'spawning', { startedAtMs: Math.round(clock.wallMs() + leadMs) });
    if (!moved) throw new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state: this.record.state });
    this.startAtMs = startAtMs;
    this.watchPlannedEnd();
    this.participants.reshare();
    await this.unlessCancelled(this.crew.startAll(startAtMs));
  }

  private lastWord(participant: Participant, header: SnapshotHeader): void {
    const { standing, link } = participant;
    participant.standing = 'done';
    if (isEnd(this.record.state)) {
      // A worker that was given up came back after the end: its numbers are in, so less is missing.
      this.run(this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.wrapUp.unreportedAtMost() })));
      return;
    }
    if (standing === 'active' && this.underLoad) {
      if (this.endsNaturally(header)) this.run(this.beginStopping(undefined, false));
      else {
        this.wrapUp.incident(`worker ${link.id} ended early: ${header.reason ?? 'it did not say why'}`);
        this.run(this.shares.reshare());
      }
    }
    this.run(this.finishIfSilent());
  }

  /** Whether an end that nobody asked for is as planned at this moment. */
  private endsNaturally({ reason }: SnapshotHeader): boolean {
    const record = this.record;
    const end = plannedEndMs(record);
    if (end !== undefined && this.elapsedMs >= end - this.parts.timings.overrunMs) return true;
    return record.plan.load.kind === 'shape' && naturalReasons.has(reason);
  }

  private async lost(participant: Participant, how: string): Promise<void> {
    const { clock, timings } = this.parts;
    const { standing, link } = participant;
    if (standing === 'done' || standing === 'lost' || isEnd(this.record.state)) return;
    this.wrapUp.giveUp(participant);
    if (!isUnderLoad(this.record.state)) {
      this.rejectLaunch(prepareFailed(link, new Error(`it ${how} before the start`)));
      return;
    }
    this.numbers.gone(link.incarnation, this.elapsedMs);
    this.wrapUp.incident(`worker ${link.id} ${how} after ${formatRunTime(this.elapsedMs / 1000)}`);
    await this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.wrapUp.unreportedAtMost() }));
    const policy = this.record.lossPolicy;
    if (policy === 'abort') await this.beginStopping(`worker ${link.id} ${how}`, true, 'aborted');
    else if (policy === 'rebalance')
      clock.setTimeout(() => this.run(this.shares.reshare()), timings.reassignMs).unref();
    await this.nobodyLeft();
    await this.finishIfSilent();
  }

  /** A worker that was given up is heard again, and its load went on all the while. */
  private returned(participant: Participant): void {
    if (participant.standing !== 'lost' || isEnd(this.record.state)) return;
    participant.standing = this.underLoad ? 'active' : 'leaving';
    participant.behind = true;
    this.wrapUp.incident(`worker ${participant.link.id} was heard again after ${formatRunTime(this.elapsedMs / 1000)}`);
    this.run(this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.wrapUp.unreportedAtMost() })));
    if (this.underLoad) this.run(this.shares.reshare().then(() => this.crew.catchUp(participant, this.soon())));
    else this.crew.stop(participant, 'the run is being stopped');
  }

  /** Without anybody who generates load a run has failed, once those who still report have said their last word. */
  private async nobodyLeft(): Promise<void> {
    if (!this.underLoad || this.participants.standing('active').length > 0) return;
    await this.beginStopping('no worker is left to generate the load', false, 'failed');
  }

  private watchPlannedEnd(): void {
    const end = plannedEndMs(this.record);
    this.plannedEnd.set(end === undefined || this.startAtMs === undefined ? undefined : this.startAtMs + end);
  }

  /** @param tell whether workers have to be told; those whose plan is over end by themselves */
  private async beginStopping(reason: string | undefined, tell: boolean, endState = this.endState): Promise<void> {
    const { book, clock, timings } = this.parts;
    const record = await book.move(this.runId, 'stopping', reason === undefined ? {} : { reason });
    // Of two causes the first one counts, so the second changes nothing.
    if (!record) return;
    this.endState = endState;
    this.plannedEnd.cancel();
    const { stopTimeoutMs } = record.plan;
    const nowMs = clock.nowMs();
    const limitMs = runStates.stopping.limitMs(timings, stopTimeoutMs) ?? 0;
    if (tell) this.crew.stopAll(reason ?? 'the run is over');
    else this.overrun.set(nowMs + timings.overrunMs);
    this.stoppingLimit.set(nowMs + limitMs);
    await this.finishIfSilent();
  }

  private async finishIfSilent(): Promise<void> {
    if (!this.participants.allSilent) return;
    if (this.underLoad) await this.nobodyLeft();
    else if (this.record.state === 'stopping') await this.finish();
  }

  private async finish(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.close();
    const { book, logger } = this.parts;
    for (const participant of this.participants.standing('active', 'leaving')) {
      this.wrapUp.giveUp(participant);
      this.wrapUp.incident(`worker ${participant.link.id} did not say its last word`);
      this.crew.stop(participant, 'the run is over');
    }
    this.endedAtRunMs = this.elapsedMs;
    await this.wrapUp.teardown(this.setupLink);
    const end = this.wrapUp.end(this.endedAtRunMs, this.endState === 'failed');
    await book.move(this.runId, this.endState, end);
    logger.info({ run: this.runId, state: this.endState, verdict: end.verdict }, 'run ended');
    this.resolveEnded();
  }

  private async giveUp(error: unknown): Promise<void> {
    const { book, clock, logger } = this.parts;
    this.ending = true;
    this.close();
    const reason = messageOf(error);
    const to = this.endState === 'aborted' ? 'aborted' : 'failed';
    const links = this.participants.all().map(({ link }) => link);
    const released = Promise.all(links.map((link) => this.crew.release(link, reason)));
    await within(clock, releaseMs, released, () => new Error('late')).catch(() => {});
    this.endedAtRunMs = 0;
    await book.move(this.runId, to, { reason, endedAtMs: Math.round(clock.wallMs()) });
    logger.warn({ run: this.runId, reason }, 'run not started');
    this.resolveEnded();
  }

  private unlessCancelled<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.cancelled]);
  }

  /** For work that nobody waits for: its failure must not end the process. */
  private run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.parts.logger.error({ run: this.runId, err: error }, 'a step of the run failed');
    });
  }
}
