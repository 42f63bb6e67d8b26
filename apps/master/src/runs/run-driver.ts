/**
 * Sees one run through: from the moment it is wanted, over the common start, changes and workers that come and go, to
 * everybody's last word. It belongs to one run and so do its timers, which is why an old run can never stop a new one.
 */
import type { HeldRun, LeaseState, ReceivedSnapshot, StateReport, WorkerLink } from '@loadstar/protocol';
import {
  checkRate,
  type Clock,
  formatRunTime,
  fromWireError,
  type LoadChange,
  LoadstarError,
  type Logger,
  type ScenarioDescription,
} from '@loadstar/shared';
import type { Comparison, SnapshotHeader } from '@loadstar/stats';
import type { NumbersJournal } from '../ingest/numbers-journal.js';
import { RunNumbers } from '../ingest/run-numbers.js';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import type { StoredNumbers } from '../store/number-store.js';
import type { Comparer } from './comparer.js';
import type { RunAccount } from './run-account.js';
import type { RunBook } from './run-book.js';
import { RunComeback } from './run-comeback.js';
import { RunCrew } from './run-crew.js';
import { RunEnding } from './run-ending.js';
import { judgeFor, type RunBaseline } from './run-facts.js';
import { RunLook } from './run-look.js';
import { RunLauncher } from './run-launcher.js';
import { RunLosses } from './run-losses.js';
import type { Participant, RunParticipants } from './run-participants.js';
import { addChange, type RunRecord } from './run-record.js';
import { type RunMoment, RunShares } from './run-shares.js';
import { isEnd, isUnderLoad, type RunTimings } from './run-state.js';
import { RunWrapUp } from './run-wrap-up.js';
import type { SnapshotDiscards } from './snapshot-discards.js';

export interface RunDriverParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly journal: NumbersJournal;
  readonly bundle: ScenarioBundle;
  readonly description: ScenarioDescription;
  readonly baseline: RunBaseline | undefined;
  readonly compare: Comparer;
  readonly linkOf: (workerId: string) => WorkerLink | undefined;
  /** Newcomers make sense from now on. */
  readonly steady: () => void;
  readonly discards: SnapshotDiscards;
}

/** A change as it is asked for, before it has its moment. */
export type WantedChange = Omit<LoadChange, 'atMs'>;

export class RunDriver implements RunMoment, RunAccount {
  readonly numbers: RunNumbers;
  readonly description: ScenarioDescription;
  comparison: Comparison | undefined;
  /** Resolves when the run has ended in any way. */
  readonly ended: Promise<void>;

  readonly participants: RunParticipants;
  private readonly crew: RunCrew;
  private readonly shares: RunShares;
  private readonly wrapUp: RunWrapUp;
  private readonly launcher: RunLauncher;
  private readonly ending: RunEnding;
  private readonly comeback: RunComeback;
  private readonly watch: RunLook;
  /** Monotonic moment of run time 0; undefined before it is fixed. */
  startAtMs: number | undefined;
  private endedAtRunMs: number | undefined;
  private resolveEnded: () => void = () => {};

  constructor(
    readonly runId: string,
    private readonly parts: RunDriverParts,
  ) {
    const { book } = parts;
    this.crew = new RunCrew(runId, parts);
    this.participants = this.crew.participants;
    this.shares = new RunShares(this, this.crew, parts);
    this.numbers = new RunNumbers(runId, judgeFor(parts.description, book.get(runId).plan, parts.baseline));
    this.description = parts.description;
    const { numbers, crew, shares, participants } = this;
    const losses = new RunLosses(this, { ...parts, numbers, participants });
    const wrapUp = new RunWrapUp({ ...parts, runId, account: this, numbers, participants, losses });
    this.wrapUp = wrapUp;
    const over = (): void => this.resolveEnded();
    const stopClock = (): number => (this.endedAtRunMs = this.elapsedMs);
    const storeNumbers = (): Promise<void> => parts.journal.flush(this.numbers);
    this.ending = new RunEnding(this, { ...parts, crew, wrapUp, storeNumbers, stopClock, over });
    this.comeback = new RunComeback(this, { ...parts, numbers, crew, shares, wrapUp, ending: this.ending });
    const abort = (why: string, threshold: string): void => {
      this.wrapUp.incident(why);
      this.run(this.ending.begin(threshold, true));
    };
    const change = (wanted: LoadChange): void => this.run(this.change(wanted));
    const found = (): void => this.run(this.ending.begin(undefined, true));
    this.watch = new RunLook(this, { clock: parts.clock, abort, change, found, leadMs: parts.timings.adjustLeadMs });
    this.launcher = new RunLauncher(runId, {
      ...parts,
      crew,
      fixed: (startAtMs) => this.fixed(startAtMs),
      close: () => this.close(),
      stopClock: () => (this.endedAtRunMs = 0),
      over,
    });
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
  }

  get record(): RunRecord {
    return this.parts.book.get(this.runId);
  }

  /** Milliseconds of run time that have passed; stands still after the end, 0 before the start. */
  get elapsedMs(): number {
    if (this.endedAtRunMs !== undefined) return this.endedAtRunMs;
    if (this.startAtMs !== undefined) return Math.max(0, this.parts.clock.nowMs() - this.startAtMs);
    // Of a run that was taken over the newest numbers tell, until one of its workers does.
    return Math.max(0, ...this.numbers.ledger.headers().map(({ elapsedMs }) => elapsedMs));
  }

  reset(): void {
    this.numbers.reset(this.elapsedMs);
  }

  get gone(): ReadonlySet<string> {
    return this.participants.gone;
  }

  /**
   * Prepares every worker, runs `setup` on one and fixes the common start.
   * @throws LoadstarError PREPARE_FAILED, START_BARRIER, SETUP_FAILED, SCENARIO_*, START_CALLED_OFF.
   * Nobody generates load then, and the run is over.
   */
  launch(links: readonly WorkerLink[]): Promise<void> {
    return this.launcher.launch(links);
  }

  /**
   * Takes a run over from a master that is no more: its numbers and its time go on.
   * @throws LoadstarError RUN_TAKEN_OVER, STORE_UNAVAILABLE
   */
  async takeOver(stored: StoredNumbers): Promise<void> {
    const { book, journal } = this.parts;
    // From here on an earlier master cannot write a word.
    const record = await book.change(this.runId, () => ({}));
    this.numbers.restore(stored);
    journal.restore(this.runId, stored.snapshots);
    this.crew.setupData = record?.setup?.data;
    this.comeback.prepare();
    this.watch.begin();
  }

  /** Workers can come from now on. @param limitMs how long to wait for those that had the run, milliseconds */
  awaitWorkers(limitMs: number): void {
    this.comeback.begin(limitMs);
  }

  /** @throws LoadstarError RUN_NOT_ACTIVE when the run is not under load or is being stopped */
  adjust(wanted: WantedChange): Promise<void> {
    return this.change({ ...wanted, atMs: this.soon() });
  }

  private async change(change: LoadChange): Promise<void> {
    const record = await this.parts.book.change(this.runId, ({ state, changes, plan }) => {
      if (state !== 'spawning' && state !== 'running') return undefined;
      // Here, where no other change can come between; the plan's own ceiling, because the engines hold to it.
      const rates = [...changes, change].flatMap(({ scenarios = [] }) => scenarios);
      if (change.scenarios) checkRate(plan.load, plan.limits.maxRate, rates, change.atMs / 1_000);
      // A pause adds nobody and takes nobody away.
      return { state: change.paused === undefined ? 'spawning' : state, changes: addChange(changes, change) };
    });
    if (!record) throw new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state: this.record.state });
    if (change.paused === undefined) this.shares.changedAtMs = change.atMs;
    this.ending.watchPlan();
    await Promise.all(this.participants.standing('active').map((one) => this.crew.catchUp(one, change.atMs)));
  }

  /**
   * Begins the stop, or calls the start off; of a run that is being stopped it can only shorten that. Harmless when it
   * has ended.
   * @param graceMs time that iterations may take to end; left out, as planned
   */
  async stop(reason: string, graceMs?: number): Promise<void> {
    const { state } = this.record;
    if (isEnd(state)) return;
    if (!isUnderLoad(state)) {
      this.launcher.stop(reason);
      return;
    }
    await this.ending.begin(reason, true, undefined, graceMs);
  }

  /**
   * Takes a snapshot into the ledger, and takes note of what it says about its worker.
   * @param bytes the same as it came over the wire
   * @returns when it is durable
   */
  async take(link: WorkerLink, { header, stats, bytes }: ReceivedSnapshot): Promise<void> {
    const isNew = this.parts.discards.judge(this.numbers.take(header, stats));
    if (isNew) this.heed(link, header);
    // What is told again may not be durable yet, also after the end of the run: its sender forgets what is confirmed.
    await this.parts.journal.save(this.numbers, header, bytes);
  }

  private heed(link: WorkerLink, header: SnapshotHeader): void {
    if (header.final) this.comeback.lastNumbers(link);
    const participant = this.participants.note(link.id, header, this.parts.clock.nowMs());
    if (!participant) return;
    if (header.final) {
      this.lastWord(participant, header);
      this.comeback.heard(link.id);
    } else if (participant.standing === 'active' && this.ending.isPlannedStop(header, this.elapsedMs)) {
      this.run(this.ending.begin(undefined, false));
    }
    if (this.record.state === 'spawning' && this.participants.allSpawned(this.shares.changedAtMs)) {
      this.run(this.parts.book.move(this.runId, 'running'));
    }
  }

  /** A worker is there that may not take part yet, or that may have missed something. */
  joined(link: WorkerLink, held: HeldRun | undefined): void {
    const participant = this.participants.get(link.id);
    if (held?.runId === this.runId && !participant) this.comeback.resume(link, held);
    else if (participant && held?.runId === this.runId) {
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
    if (state === 'suspect' && isUnderLoad(this.record.state)) {
      this.wrapUp.note(`Worker ${link.id} is not heard of.`, 'fault');
    }
    if (state === 'live' && before === 'suspect' && isUnderLoad(this.record.state)) {
      this.wrapUp.note(`Worker ${link.id} is heard of again.`, 'joined');
    }
    if (state === 'lost') this.run(this.lost(participant, 'was lost'));
    else if (state === 'left') this.run(this.lost(participant, 'left without its last numbers'));
    else if (state === 'live' && before === 'lost' && link.workState === 'running') this.returned(participant);
  }

  stateReported(link: WorkerLink, { state, runId, reason, problem }: StateReport): void {
    const participant = this.participants.get(link.id);
    if (!participant || participant.standing !== 'active' || !this.underLoad) return;
    if (problem && runId === this.runId) {
      this.wrapUp.incident(`worker ${link.id}: ${reason ?? problem.code}: ${fromWireError(problem).message}`);
      if (problem.code === 'ENGINE_DIED') this.run(this.ending.abortIfAsked(`worker ${link.id} lost an engine`));
    }
    if (state === 'draining' || (state === 'idle' && runId === this.runId)) {
      participant.standing = 'leaving';
      this.wrapUp.note(`Worker ${link.id} leaves.`, 'lost');
      this.parts.logger.info({ run: this.runId, worker: link.id }, 'a worker gives up its share');
      this.run(this.shares.reshare().then(() => this.ending.ifNobodyIsLeft()));
    }
  }

  /** Forgets all timers; for the end of the process. */
  close(): void {
    this.ending.close();
    this.comeback.close();
    this.watch.close();
  }

  get isSteady(): boolean {
    return this.underLoad && !this.isWaiting;
  }

  get isWaiting(): boolean {
    return this.comeback.isWaiting;
  }

  private get underLoad(): boolean {
    const { state } = this.record;
    return state === 'spawning' || state === 'running';
  }

  /** A moment of the run that every worker can still be told of in time. */
  soon(): number {
    return this.elapsedMs + this.parts.timings.adjustLeadMs;
  }

  /** Everybody begins then. */
  private fixed(startAtMs: number): void {
    this.startAtMs = startAtMs;
    this.ending.watchPlan();
    this.watch.begin();
    this.participants.reshare();
  }

  private lastWord(participant: Participant, header: SnapshotHeader): void {
    const { standing, link } = participant;
    participant.standing = 'done';
    if (isEnd(this.record.state)) {
      // A worker that was given up came back after the end: its numbers are in, so less is missing.
      this.run(this.parts.book.change(this.runId, () => this.wrapUp.missing()));
      return;
    }
    const meaning = this.underLoad ? this.ending.meaningOf(header, standing, this.elapsedMs) : undefined;
    if (meaning === 'planned') this.run(this.ending.begin(undefined, false));
    else if (meaning === 'early') {
      this.wrapUp.incident(`worker ${link.id} ended early: ${header.reason ?? 'it did not say why'}`);
      this.run(this.shares.reshare());
    }
    this.run(this.ending.finishIfSilent());
  }

  private async lost(participant: Participant, how: string): Promise<void> {
    const { clock, timings } = this.parts;
    const { standing, link } = participant;
    if (standing === 'done' || standing === 'lost' || isEnd(this.record.state)) return;
    participant.standing = 'lost';
    if (!isUnderLoad(this.record.state)) {
      this.launcher.lost(link, how);
      return;
    }
    this.numbers.gone(link.incarnation, this.elapsedMs);
    this.wrapUp.incident(`worker ${link.id} ${how} after ${formatRunTime(this.elapsedMs / 1000)}`, 'lost');
    await this.parts.book.change(this.runId, () => this.wrapUp.missing());
    await this.ending.abortIfAsked(`worker ${link.id} ${how}`);
    if (this.record.lossPolicy === 'rebalance')
      clock.setTimeout(() => this.run(this.shares.reshare()), timings.reassignMs).unref();
    await this.ending.ifNobodyIsLeft();
    await this.ending.finishIfSilent();
  }

  /** A worker that was given up is heard again, and its load went on all the while. */
  private returned(participant: Participant): void {
    if (participant.standing !== 'lost' || isEnd(this.record.state)) return;
    participant.standing = this.underLoad ? 'active' : 'leaving';
    participant.behind = true;
    const when = formatRunTime(this.elapsedMs / 1000);
    this.wrapUp.incident(`worker ${participant.link.id} was heard again after ${when}`, 'joined');
    this.run(this.parts.book.change(this.runId, () => this.wrapUp.missing()));
    if (this.underLoad) this.run(this.shares.reshare().then(() => this.crew.catchUp(participant, this.soon())));
    else this.crew.stop(participant, 'the run is being stopped');
  }

  /** For work that nobody waits for: its failure must not end the process. */
  private run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.parts.logger.error({ run: this.runId, err: error }, 'a step of the run failed');
    });
  }
}
