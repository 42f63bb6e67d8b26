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
import { messageOf, prepareAll, prepareFailed, prepareOne, runSetup, within } from './run-launch.js';
import { type Participant, RunParticipants } from './run-participants.js';
import { addChange, plannedEndMs, type RunRecord } from './run-record.js';
import { isEnd, isUnderLoad, type RunTimings, runStates } from './run-state.js';
import { judge } from './run-verdict.js';

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
/** Incidents told in a verdict; more of them say nothing new. */
const incidentsKept = 50;

export class RunDriver {
  readonly numbers: RunNumbers;
  readonly description: ScenarioDescription;
  /** Resolves when the run has ended in any way. */
  readonly ended: Promise<void>;

  private readonly participants = new RunParticipants();
  private readonly plannedEnd: Deadline;
  private readonly overrun: Deadline;
  private readonly stoppingLimit: Deadline;
  private readonly incidents: string[] = [];
  private setupLink: WorkerLink | undefined;
  private setupData: unknown;
  /** Monotonic moment of run time 0; undefined before it is fixed. */
  private startAtMs: number | undefined;
  private endedAtRunMs: number | undefined;
  /** Run time of the last change of load or shares; what snapshots of before say of spawning counts no more. */
  private changedAtMs = 0;
  private endState: RunState = 'finished';
  private ending = false;
  private resolveEnded: () => void = () => {};
  private rejectLaunch: (error: Error) => void = () => {};
  private readonly cancelled: Promise<never>;

  constructor(
    readonly runId: string,
    private readonly parts: RunDriverParts,
  ) {
    const { clock } = parts;
    this.numbers = new RunNumbers(runId);
    this.description = parts.description;
    this.plannedEnd = new Deadline(clock, () => this.run(this.planEnded()));
    this.overrun = new Deadline(clock, () => this.tellStop('the run time is over'));
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

  /** Incarnations that are known not to have users any more, whatever they said last. */
  get goneIncarnations(): ReadonlySet<string> {
    const gone = isEnd(this.record.state) ? this.participants.all() : this.participants.standing('done', 'lost');
    return new Set(gone.map(({ link }) => link.incarnation));
  }

  get workers(): { count: number; engines: number } {
    const all = this.participants.all();
    return { count: all.length, engines: all.reduce((sum, { link }) => sum + link.engines, 0) };
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
      this.setupLink = links[0];
      if (this.setupLink) this.setupData = await this.unlessCancelled(runSetup(this.setupLink, this.runId, timings));
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
    this.changedAtMs = change.atMs;
    this.watchPlannedEnd();
    await Promise.all(this.participants.standing('active').map((one) => this.catchUp(one)));
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
  take(header: SnapshotHeader, stats: RunStats): void {
    if (this.numbers.take(header, stats) !== 'accepted') return;
    const participant = this.participants.byIncarnation(header.incarnation);
    if (!participant) return;
    participant.header = header;
    if (header.final) this.lastWord(participant, header);
    else if (header.phase === 'stopping' && participant.standing === 'active' && this.endsNaturally()) {
      this.run(this.beginStopping(undefined, false));
    }
    if (this.record.state === 'spawning' && this.participants.allSpawned(this.changedAtMs)) {
      this.run(this.parts.book.move(this.runId, 'running'));
    }
  }

  /** A worker is there that may not take part yet, or that may have missed something. */
  joined(link: WorkerLink, held: HeldRun | undefined): void {
    const participant = this.participants.get(link.id);
    if (participant && held?.runId === this.runId) {
      if (participant.standing === 'lost') this.returned(participant);
      if (this.record.state === 'stopping') this.tellOneStop(participant, 'the run is being stopped');
      else if (participant.standing === 'active') this.run(this.catchUp(participant));
    } else if (!participant) this.run(this.admit(link));
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
    if (problem && runId === this.runId) this.incident(`worker ${link.id}: ${problem.code} ${reason ?? ''}`.trim());
    if (state === 'draining' || (state === 'idle' && runId === this.runId)) {
      participant.standing = 'leaving';
      this.parts.logger.info({ run: this.runId, worker: link.id }, 'a worker gives up its share');
      this.run(this.afterLeaving());
    }
  }

  /** Forgets all timers; for the end of the process. */
  close(): void {
    for (const deadline of [this.plannedEnd, this.overrun, this.stoppingLimit]) deadline.cancel();
  }

  private get underLoad(): boolean {
    const { state } = this.record;
    return state === 'spawning' || state === 'running';
  }

  /** A moment of the run that every worker can still be told of in time. */
  private soon(): number {
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
    const starts = this.participants.all().map((one) => this.startOne(one, startAtMs, 0));
    await this.unlessCancelled(Promise.all(starts));
  }

  private async startOne(participant: Participant, startAtMasterMs: number, elapsedMs: number): Promise<void> {
    const { link, share } = participant;
    if (!share) return;
    const { changes } = this.record;
    const request = { runId: this.runId, share, startAtMasterMs, elapsedMs, changes, data: this.setupData };
    try {
      await link.start(request);
    } catch (error) {
      throw prepareFailed(link, error);
    }
    participant.confirmedChanges = Math.max(participant.confirmedChanges, changes.length);
  }

  /** Tells a participant the changes and the share that it has not confirmed; a failure leaves it behind until it is back. */
  private async catchUp(participant: Participant): Promise<void> {
    const { runId } = this;
    const { changes } = this.record;
    try {
      if (participant.behind && participant.share) {
        await participant.link.adjust({ runId, atMs: this.soon(), share: participant.share });
      }
      // After folding of old changes the count may be beyond the list; the newest is then told again, which is harmless.
      const from = Math.min(participant.confirmedChanges, Math.max(0, changes.length - 1));
      for (const load of changes.slice(from)) await participant.link.adjust({ runId, atMs: load.atMs, load });
      participant.confirmedChanges = changes.length;
      participant.behind = false;
    } catch (error) {
      participant.behind = true;
      this.parts.logger.warn(
        { run: runId, worker: participant.link.id, detail: messageOf(error) },
        'a change was not confirmed',
      );
    }
  }

  /** Lets a worker into a run that is going on. */
  private async admit(link: WorkerLink): Promise<void> {
    const { bundle, timings, logger } = this.parts;
    if (!this.underLoad || !link.isUsable) return;
    try {
      await prepareOne(link, this.record.plan, bundle, timings.startBarrierMs);
    } catch (error) {
      logger.warn({ run: this.runId, worker: link.id, detail: messageOf(error) }, 'a worker could not join the run');
      return;
    }
    if (!this.underLoad || !link.isUsable) {
      await this.release(link, 'the run is over');
      return;
    }
    this.participants.add(link);
    await this.reshare();
  }

  /** Gives every active participant its part of the whole, all from the same moment of the run. */
  private async reshare(): Promise<void> {
    const atMs = this.soon();
    const told = this.participants.reshare();
    if (told.length === 0 || this.startAtMs === undefined) return;
    const startAtMs = this.startAtMs + atMs;
    this.changedAtMs = atMs;
    await this.parts.book.move(this.runId, 'spawning');
    await Promise.all(
      told.map(async ({ participant, before, share }) => {
        const { link } = participant;
        try {
          if (before === undefined) await this.startOne(participant, startAtMs, atMs);
          else await link.adjust({ runId: this.runId, atMs, share });
        } catch (error) {
          participant.behind = true;
          this.parts.logger.warn(
            { run: this.runId, worker: link.id, detail: messageOf(error) },
            'a share was not confirmed',
          );
          if (before === undefined) this.dismiss(participant);
        }
      }),
    );
  }

  /** Takes back a newcomer that could not be started. */
  private dismiss(participant: Participant): void {
    this.participants.remove(participant.link.id);
    this.run(this.release(participant.link, 'it could not be started'));
    this.run(this.reshare());
  }

  private lastWord(participant: Participant, header: SnapshotHeader): void {
    const { standing, link } = participant;
    participant.standing = 'done';
    if (isEnd(this.record.state)) {
      // A worker that was given up came back after the end: its numbers are in, so less is missing.
      this.run(this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.unreported() })));
      return;
    }
    if (standing === 'active' && this.underLoad) {
      if (this.endsNaturally()) this.run(this.beginStopping(undefined, false));
      else {
        this.incident(`worker ${link.id} ended early: ${header.reason ?? 'it did not say why'}`);
        this.run(this.reshare());
      }
    }
    this.run(this.finishIfSilent());
  }

  /** Whether an end that nobody asked for is as planned at this moment. */
  private endsNaturally(): boolean {
    const record = this.record;
    const end = plannedEndMs(record);
    if (record.plan.load.kind === 'shape') return true;
    return end !== undefined && this.elapsedMs >= end - this.parts.timings.overrunMs;
  }

  private async afterLeaving(): Promise<void> {
    await this.reshare();
    await this.nobodyLeft();
  }

  private async lost(participant: Participant, how: string): Promise<void> {
    const { standing, link } = participant;
    if (standing === 'done' || standing === 'lost' || isEnd(this.record.state)) return;
    participant.standing = 'lost';
    if (!isUnderLoad(this.record.state)) {
      this.rejectLaunch(prepareFailed(link, new Error(`it ${how} before the start`)));
      return;
    }
    this.numbers.gone(link.incarnation, this.elapsedMs);
    this.incident(`worker ${link.id} ${how} after ${formatRunTime(this.elapsedMs / 1000)}`);
    await this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.unreported() }));
    const policy = this.record.lossPolicy;
    if (policy === 'abort' && this.underLoad) {
      this.endState = 'aborted';
      await this.beginStopping(`worker ${link.id} ${how}`, true);
    } else if (policy === 'rebalance' && this.underLoad) await this.reshare();
    await this.nobodyLeft();
    await this.finishIfSilent();
  }

  /** A worker that was given up is heard again, and its load went on all the while. */
  private returned(participant: Participant): void {
    if (participant.standing !== 'lost' || isEnd(this.record.state)) return;
    participant.standing = this.underLoad ? 'active' : 'leaving';
    participant.behind = true;
    this.incident(`worker ${participant.link.id} was heard again after ${formatRunTime(this.elapsedMs / 1000)}`);
    this.run(this.parts.book.change(this.runId, () => ({ unreportedAtMost: this.unreported() })));
    if (this.underLoad) this.run(this.reshare().then(() => this.catchUp(participant)));
    else this.tellOneStop(participant, 'the run is being stopped');
  }

  /** Without anybody who generates load a run has failed, once those who still report have said their last word. */
  private async nobodyLeft(): Promise<void> {
    if (!this.underLoad || this.participants.standing('active').length > 0) return;
    this.endState = 'failed';
    await this.beginStopping('no worker is left to generate the load', false);
  }

  private watchPlannedEnd(): void {
    const end = plannedEndMs(this.record);
    this.plannedEnd.set(end === undefined || this.startAtMs === undefined ? undefined : this.startAtMs + end);
  }

  private async planEnded(): Promise<void> {
    await this.beginStopping(undefined, false);
  }

  /** @param tell whether workers have to be told; those whose plan is over end by themselves */
  private async beginStopping(reason: string | undefined, tell: boolean): Promise<void> {
    const { book, clock, timings } = this.parts;
    const record = await book.move(this.runId, 'stopping', reason === undefined ? {} : { reason });
    if (!record) return;
    this.plannedEnd.cancel();
    const { stopTimeoutMs } = record.plan;
    const nowMs = clock.nowMs();
    const limitMs = runStates.stopping.limitMs(timings, stopTimeoutMs) ?? 0;
    if (tell) this.tellStop(reason ?? 'the run is over');
    else this.overrun.set(nowMs + timings.overrunMs);
    this.stoppingLimit.set(nowMs + limitMs);
    await this.finishIfSilent();
  }

  private tellStop(reason: string): void {
    for (const participant of this.participants.standing('active', 'leaving', 'lost')) {
      this.tellOneStop(participant, reason);
    }
  }

  private tellOneStop({ link }: Participant, reason: string): void {
    if (!link.isConnected) return;
    link.stop(this.runId, this.record.plan.stopTimeoutMs, reason).catch((error: unknown) => {
      this.parts.logger.warn(
        { run: this.runId, worker: link.id, detail: messageOf(error) },
        'a stop was not confirmed',
      );
    });
  }

  private async finishIfSilent(): Promise<void> {
    if (!this.participants.allSilent) return;
    if (this.underLoad) await this.beginStopping(undefined, false);
    else if (this.record.state === 'stopping') await this.finish();
  }

  private async finish(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.close();
    const { book, clock, logger } = this.parts;
    for (const participant of this.participants.standing('active', 'leaving')) {
      participant.standing = 'lost';
      this.incident(`worker ${participant.link.id} did not say its last word`);
      this.tellOneStop(participant, 'the run is over');
    }
    this.endedAtRunMs = this.elapsedMs;
    await this.teardown();
    const nobodyLeft = this.endState === 'failed';
    const verdict = judge({
      numbers: this.numbers,
      thresholds: this.description.thresholds,
      elapsedSeconds: (this.endedAtRunMs - this.numbers.ledger.countedFromMs) / 1000,
      incidents: this.incidents,
      nobodyLeft,
    });
    const end = { endedAtMs: Math.round(clock.wallMs()), unreportedAtMost: this.unreported(), ...verdict };
    await book.move(this.runId, this.endState, end);
    logger.info({ run: this.runId, state: this.endState, verdict: verdict.verdict }, 'run ended');
    this.resolveEnded();
  }

  /** Runs the scenario's `teardown`, on the worker that ran `setup` if that is still there. */
  private async teardown(): Promise<void> {
    const link = this.setupLink;
    if (!link?.isConnected) {
      if (link) this.parts.logger.warn({ run: this.runId, worker: link.id }, 'teardown() not run: its worker is gone');
      return;
    }
    const { clock, timings } = this.parts;
    const late = (): Error => new Error(`teardown() took longer than ${timings.hookMs} ms`);
    try {
      await within(clock, timings.hookMs, link.teardown(this.runId, 2 * timings.hookMs), late);
    } catch (error) {
      this.incident(`teardown() failed: ${messageOf(error)}`);
    }
  }

  private async giveUp(error: unknown): Promise<void> {
    const { book, clock, logger } = this.parts;
    this.ending = true;
    this.close();
    const reason = messageOf(error);
    const to = this.endState === 'aborted' ? 'aborted' : 'failed';
    const links = this.participants.all().map(({ link }) => link);
    const released = Promise.all(links.map((link) => this.release(link, reason)));
    await within(clock, releaseMs, released, () => new Error('late')).catch(() => {});
    this.endedAtRunMs = 0;
    await book.move(this.runId, to, { reason, endedAtMs: Math.round(clock.wallMs()) });
    logger.warn({ run: this.runId, reason }, 'run not started');
    this.resolveEnded();
  }

  private async release(link: WorkerLink, reason: string): Promise<void> {
    if (!link.isConnected) return;
    await link.stop(this.runId, 0, reason).catch((error: unknown) => {
      this.parts.logger.warn(
        { run: this.runId, worker: link.id, detail: messageOf(error) },
        'a release was not confirmed',
      );
    });
  }

  /** What workers that did not say their last word can have done without telling. */
  private unreported(): number {
    return this.participants.standing('lost').reduce((sum, { link, header }) => {
      const bound = this.numbers.unreportedAtMost(link.incarnation, this.parts.timings.snapshotMs);
      // One that never said a word can have had a request in flight for each of its users.
      return sum + (bound ?? header?.users ?? 0);
    }, 0);
  }

  private incident(text: string): void {
    this.parts.logger.warn({ run: this.runId }, text);
    if (this.incidents.length < incidentsKept) this.incidents.push(text);
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
