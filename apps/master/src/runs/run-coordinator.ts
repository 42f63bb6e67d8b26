/**
 * The one face of the control plane: takes what is asked, has it made a run record, and gives every run to its driver.
 * Several runs may be active at once, on workers that they do not share; whose turn it is, the queue decides.
 */
import type { RunDetails } from '@loadstar/report';
import type { HeldRun, LeaseState, ReceivedSnapshot, StateReport, WorkerLink } from '@loadstar/protocol';
import {
  type Clock,
  type CreateRunBody,
  LoadstarError,
  type Logger,
  newId,
  type PlannedLoad,
  type RunEvent,
  type RunView,
  type ScenarioDescription,
  type ScenarioView,
  type SeriesPoint,
  type StatsView,
} from '@loadstar/shared';
import { RunStats, type RunSummary, type SeriesStretch } from '@loadstar/stats';
import type { MasterConfig } from '../config/master-config.js';
import type { Fleet, FleetAudience } from '../fleet/fleet.js';
import { NumbersJournal } from '../ingest/numbers-journal.js';
import { emptyStats, type RecentTimes } from '../ingest/run-numbers.js';
import type { ScenarioBundle, ScenarioCatalogue } from '../scenarios/scenario-catalogue.js';
import type { ScenarioInspector } from '../scenarios/scenario-inspector.js';
import { findScenario } from '../scenarios/scenario-name.js';
import type { Store } from '../store/store.js';
import { LateNumbers } from './late-numbers.js';
import { type RunAccount, statsOf, summaryOf } from './run-account.js';
import type { Comparer } from './comparer.js';
import { RunAccounts } from './run-accounts.js';
import { RunArchivist } from './run-archivist.js';
import { RunBaselines } from './run-baselines.js';
import type { RunBook } from './run-book.js';
import { type RunAdjustment, type RunAnnotation, RunControl, type StoppedRuns } from './run-control.js';
import { RunDriver } from './run-driver.js';
import { anywhere, type RunPlacement, toRunEvents } from './run-record.js';
import type { RunBaseline } from './run-facts.js';
import { RunRestorer } from './run-restorer.js';
import { RunStarter } from './run-starter.js';
import { RunStarts } from './run-starts.js';
import { RunSteering } from './run-steering.js';
import { isActive, isEnd, type RunTimings } from './run-state.js';
import { SnapshotDiscards } from './snapshot-discards.js';
import { WorkerPool } from './worker-pool.js';

export interface RunCoordinatorParts {
  readonly config: MasterConfig;
  readonly book: RunBook;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly catalogue: ScenarioCatalogue;
  readonly inspector: ScenarioInspector;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly compare: Comparer;
}

export class RunCoordinator extends RunControl implements FleetAudience {
  readonly defaultScenario: string;
  private readonly journal: NumbersJournal;
  private readonly archivist: RunArchivist;
  private readonly accounts: RunAccounts;
  override readonly baselines: RunBaselines;
  override readonly compare: Comparer;
  private readonly pool: WorkerPool;
  private readonly starter: RunStarter;
  private readonly restorer: RunRestorer;
  private readonly steering: RunSteering;
  private readonly late: LateNumbers;
  private readonly discards = new SnapshotDiscards();
  private readonly starts = new RunStarts();
  /** Runs that are being begun, so that nobody begins them twice. */
  private readonly beginning = new Map<string, Promise<void>>();
  /** The run that is being created at once and may have no record yet. */
  private creating: string | undefined;

  constructor(private readonly parts: RunCoordinatorParts) {
    super();
    const { config, fleet, clock, logger, book, store } = parts;
    this.compare = parts.compare;
    this.defaultScenario = config.defaultScenario;
    const takenOver = (runId: string): void => this.letGo(runId);
    book.onTakenOver(takenOver);
    const { gatherMs, numbers } = store;
    const epoch = (): number => book.epoch;
    this.journal = new NumbersJournal({ store: numbers, gatherMs, clock, logger, epoch, takenOver });
    this.archivist = new RunArchivist({ store: numbers, journal: this.journal, clock, logger });
    this.accounts = new RunAccounts(book, store, this.archivist, this.journal);
    this.steering = new RunSteering(parts, this.accounts, this.starts);
    const { accounts, journal, archivist, discards } = this;
    this.late = new LateNumbers({ book, accounts, journal, archivist, discards });
    const isInRun = (id: string): boolean => accounts.activeDrivers().some((driver) => driver.has(id));
    this.pool = new WorkerPool(fleet, clock, isInRun, () => this.offerAll());
    const drive = this.drive.bind(this);
    const baselines = (this.baselines = new RunBaselines(book, this.accounts, clock));
    this.starter = new RunStarter({ ...parts, bundles: store.bundles, pool: this.pool, baselines, drive });
    this.restorer = new RunRestorer({ ...parts, accounts, baselines, drive });
    fleet.tell(this);
  }

  /** Takes up the runs of an earlier master, before any worker can come. @throws LoadstarError STORE_UNAVAILABLE */
  async restore(): Promise<void> {
    await this.restorer.restore();
  }

  /** Workers can come from now on. @param limitMs how long runs wait for those that they had, milliseconds */
  awaitWorkers(limitMs: number): void {
    for (const driver of this.accounts.activeDrivers()) driver.awaitWorkers(limitMs);
  }

  async create(request: CreateRunBody): Promise<RunView> {
    const active = this.parts.book.active().at(-1);
    if (active) throw new LoadstarError('RUN_ACTIVE', { runId: active.id, state: active.state });
    if (this.creating !== undefined)
      throw new LoadstarError('RUN_ACTIVE', { runId: this.creating, state: 'preparing' });
    const runId = newId();
    this.creating = runId;
    try {
      await this.starts.see(runId, (pending) => this.starter.start(pending, request, anywhere));
      return this.get(runId);
    } finally {
      this.creating = undefined;
      this.offerAll();
      this.lookAtScenarios();
    }
  }

  /**
   * Makes a run that waits for its turn until `begin`. What can be told without a worker is told now.
   * @param queue facts that the record keeps for the queue
   * @param runId a run of this id that is there already is left as it is
   * @throws LoadstarError as `create`, but for what only workers can tell
   */
  async enqueue(
    request: CreateRunBody,
    placement: RunPlacement = anywhere,
    queue: Readonly<Record<string, unknown>> = {},
    runId = newId(),
  ): Promise<RunView> {
    if (!this.parts.book.find(runId)) await this.starter.enqueue(runId, request, placement, queue);
    return this.get(runId);
  }

  /** Says what is wrong with a request as far as that can be told without a worker. @throws LoadstarError as `enqueue` */
  async check(request: CreateRunBody): Promise<void> {
    await this.starter.check(request);
  }

  /**
   * Starts a queued run on workers that are free, beside other active runs. May be called any number of times: of a run
   * that has begun, or has ended, it only tells how it stands.
   * @param among workers that it may begin with; left out, all that fit its placement
   * @throws LoadstarError NOT_FOUND, NO_WORKERS (it stays queued), or why it has failed
   */
  async begin(runId: string, among?: readonly string[]): Promise<RunView> {
    const record = this.parts.book.get(runId);
    if (record.state === 'queued') {
      const under =
        this.beginning.get(runId) ?? this.starts.see(runId, (pending) => this.starter.begin(pending, record, among));
      this.beginning.set(runId, under);
      try {
        await under;
      } finally {
        this.beginning.delete(runId);
        this.offerAll();
      }
    }
    return this.get(runId);
  }

  /** Resolves when a run is over in any way, at once when it is. @throws LoadstarError NOT_FOUND */
  async ended(runId: string): Promise<RunView> {
    await this.parts.book.until(runId, ({ state }) => isEnd(state));
    return this.get(runId);
  }

  /** Who could be given to such a run now; the same as `begin` would take, but for those that are just ending a run. */
  freeWorkers(placement: RunPlacement): WorkerLink[] {
    return this.pool.free(placement);
  }

  /** Whether no run has this worker; it may still be at the end of its last one. */
  hasNoRun(workerId: string): boolean {
    return this.pool.isUnclaimed(workerId);
  }

  planned(request: CreateRunBody): PlannedLoad {
    return this.starter.planned(request);
  }

  async adjust(runId: string, change: RunAdjustment): Promise<RunView> {
    await this.steering.adjust(runId, change);
    return this.get(runId);
  }

  async pause(runId: string, paused: boolean): Promise<RunView> {
    await this.steering.pause(runId, paused);
    return this.get(runId);
  }

  async annotate(runId: string, annotation: RunAnnotation): Promise<RunView> {
    await this.steering.annotate(runId, annotation);
    return this.get(runId);
  }

  async stop(runId: string, reason: string, graceMs?: number): Promise<RunView> {
    await this.steering.stop(runId, reason, graceMs);
    return this.get(runId);
  }

  async stopAll(reason: string, graceMs?: number): Promise<StoppedRuns> {
    const { stopped, calledOff } = await this.steering.stopAll(reason, graceMs);
    return { runs: stopped.map((id) => this.get(id)), calledOff };
  }

  async remove(runId: string): Promise<void> {
    await this.parts.book.remove(runId);
    this.accounts.remove(runId);
  }

  resetStats(runId?: string): void {
    const account = this.account(runId);
    if (account) this.steering.reset(account);
  }

  override async load(runId: string): Promise<void> {
    this.parts.book.get(runId);
    await this.accounts.load(runId);
  }

  override discarded(): Readonly<Record<string, number>> {
    return this.discards.byReason;
  }

  current(): RunView | null {
    const record = this.parts.book.latest();
    return record ? this.accounts.wholeViewOf(record) : null;
  }

  list(limit = Infinity, before?: string): RunView[] {
    return this.accounts.viewsOf(this.parts.book.page(limit, before));
  }

  active(): RunView[] {
    return this.accounts.viewsOf(this.parts.book.active().reverse());
  }

  get(runId: string): RunView {
    return this.accounts.wholeViewOf(this.parts.book.get(runId));
  }

  events(runId?: string, from = 0): RunEvent[] {
    const record = runId === undefined ? this.parts.book.latest() : this.parts.book.get(runId);
    return record ? toRunEvents(record, from) : [];
  }

  recent(runId?: string): RecentTimes {
    return this.account(runId)?.numbers.recent ?? { p50Ms: null, p95Ms: null, p99Ms: null };
  }

  stats(runId?: string): StatsView {
    const account = this.account(runId);
    return account ? statsOf(account) : emptyStats();
  }

  runStats(runId?: string): RunStats {
    return this.account(runId)?.numbers.stats ?? new RunStats();
  }

  summary(runId?: string): RunSummary {
    const account = this.account(runId);
    if (!account) throw new LoadstarError('NOT_FOUND', { what: 'run', id: runId ?? 'current' });
    return summaryOf(account, this.parts.clock);
  }

  override details(runId: string): RunDetails {
    const numbers = this.account(runId)?.numbers;
    return numbers ? { slices: numbers.judge.sliced(), stats: numbers.stats } : {};
  }

  series(runId?: string, fromSecond = 0, stretch?: SeriesStretch): SeriesPoint[] {
    return this.account(runId)?.numbers.points(fromSecond, stretch) ?? [];
  }

  overview(runId?: string): SeriesPoint[] {
    return this.account(runId)?.numbers.overview() ?? [];
  }

  description(runId?: string): ScenarioDescription | null {
    const account = this.account(runId);
    if (account) return account.description;
    if (runId !== undefined) return null;
    return findScenario(this.scenarios(), this.defaultScenario)?.description ?? null;
  }

  scenarios(): ScenarioView[] {
    return this.parts.catalogue.views();
  }

  joined(link: WorkerLink, held: HeldRun | undefined, _again: boolean): void {
    const driver = held && this.accounts.driver(held.runId);
    if (driver && isActive(driver.record.state)) {
      driver.joined(link, held);
      this.offerAll();
    } else if (held) this.endForgotten(link, held.runId);
    else this.offer(link);
    this.lookAtScenarios();
  }

  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void {
    for (const driver of this.accounts.activeDrivers()) driver.leaseChanged(link, state, before);
    if (state === 'live') this.offerAll();
  }

  stateReported(link: WorkerLink, report: StateReport): void {
    for (const driver of this.accounts.activeDrivers()) driver.stateReported(link, report);
    // One that was still at the end of an earlier run is free now.
    if (report.state === 'idle') this.offer(link);
  }

  /** @returns when the snapshot is durable, or was before; @throws LoadstarError why it is not taken */
  async snapshotReceived(link: WorkerLink, snapshot: ReceivedSnapshot): Promise<void> {
    const driver = this.accounts.driver(snapshot.header.runId);
    if (!driver) return this.late.take(snapshot);
    await driver.take(link, snapshot);
    if (isEnd(driver.record.state)) void this.archivist.keep(driver);
  }

  /** Asks workers about scenarios that nobody has looked at, unless a run is going. */
  lookAtScenarios(): void {
    if (this.creating === undefined && this.parts.book.active().length === 0) void this.parts.inspector.describeAll();
  }

  /** Lets go of all runs, which go on, and brings what is known of them into the store. */
  async close(): Promise<void> {
    for (const driver of this.accounts.allDrivers()) driver.close();
    await this.archivist.close();
    await this.journal.close();
  }

  private drive(
    runId: string,
    bundle: ScenarioBundle,
    description: ScenarioDescription,
    baseline: RunBaseline | undefined,
  ): RunDriver {
    const { book, clock, logger, timings, fleet } = this.parts;
    const linkOf = (id: string): WorkerLink | undefined => fleet.links().find((link) => link.id === id);
    const { journal, discards, compare } = this;
    const own = { bundle, description, baseline, compare, linkOf, steady: () => this.offerAll(), discards };
    const driver = new RunDriver(runId, { book, clock, logger, timings, journal, ...own });
    this.accounts.add(driver);
    void driver.ended.then(() => {
      void this.archivist.keep(driver);
      this.lookAtScenarios();
    });
    return driver;
  }

  /** Another master leads the run now. */
  private letGo(runId: string): void {
    this.parts.logger.warn({ run: runId }, 'another master leads this run now');
    this.accounts.driver(runId)?.close();
    this.accounts.remove(runId);
  }

  /** Gives a free worker to the oldest run that has room for it. */
  private offer(link: WorkerLink): void {
    if (!link.isUsable || link.workState !== 'idle' || !this.pool.isUnclaimed(link.id)) return;
    const oldest = this.accounts.activeDrivers().find((driver) => driver.wants(link));
    oldest?.joined(link, undefined);
  }

  /** For those that came while a run was being begun, or while nobody in it was heard. */
  private offerAll(): void {
    for (const link of this.parts.fleet.usable()) this.offer(link);
  }

  /** A worker is in a run that is over or unknown here: without this it would load somebody's system for nothing. */
  private endForgotten(link: WorkerLink, runId: string): void {
    const { logger } = this.parts;
    logger.warn({ worker: link.id, run: runId }, 'a worker is still in a run that is over');
    link.stop(runId, 0, 'the run is over').catch((error: unknown) => {
      logger.warn({ worker: link.id, run: runId, err: error }, 'a stop was not confirmed');
    });
  }

  /** @throws LoadstarError NOT_FOUND when a run is named that is not there */
  private account(runId: string | undefined): RunAccount | undefined {
    const record = runId === undefined ? this.parts.book.latest() : this.parts.book.get(runId);
    return record && this.accounts.find(record.id);
  }
}
