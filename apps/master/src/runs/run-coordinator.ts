/**
 * The one face of the control plane: takes what is asked, has it made a run record, and gives every run to its driver.
 * Several runs may be active at once, on workers that they do not share; whose turn it is, the queue decides.
 */
import type { HeldRun, LeaseState, ReceivedSnapshot, StateReport, WorkerLink } from '@loadstar/protocol';
import {
  type Clock,
  type CreateRunBody,
  type FieldProblem,
  LoadstarError,
  type Logger,
  newId,
  type RunView,
  type ScenarioDescription,
  type ScenarioView,
  type SeriesPoint,
  type StatsView,
} from '@loadstar/shared';
import { RunStats, type RunSummary } from '@loadstar/stats';
import type { MasterConfig } from '../config/master-config.js';
import type { Fleet, FleetAudience } from '../fleet/fleet.js';
import { emptyStats } from '../ingest/run-numbers.js';
import type { ScenarioBundle, ScenarioCatalogue } from '../scenarios/scenario-catalogue.js';
import type { ScenarioInspector } from '../scenarios/scenario-inspector.js';
import type { RunBook } from './run-book.js';
import { type RunAdjustment, RunControl } from './run-control.js';
import { RunDriver } from './run-driver.js';
import { anywhere, loadInForce, type RunPlacement, type RunRecord, toRunView } from './run-record.js';
import { checkNumbers, checkUserClasses } from './run-request.js';
import { RunStarter } from './run-starter.js';
import { isActive, isEnd, type RunTimings } from './run-state.js';
import { summaryOf } from './run-totals.js';
import { WorkerPool } from './worker-pool.js';

export interface RunCoordinatorParts {
  readonly config: MasterConfig;
  readonly book: RunBook;
  readonly fleet: Fleet;
  readonly catalogue: ScenarioCatalogue;
  readonly inspector: ScenarioInspector;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
}

/** Ended runs whose numbers are kept in memory. */
const endedKept = 20;

export class RunCoordinator extends RunControl implements FleetAudience {
  readonly defaultScenario: string;
  private readonly drivers = new Map<string, RunDriver>();
  private readonly pool: WorkerPool;
  private readonly starter: RunStarter;
  /** Runs that are being begun, so that nobody begins them twice. */
  private readonly beginning = new Map<string, Promise<void>>();
  /** The run that is being created at once and may have no record yet. */
  private creating: string | undefined;

  constructor(private readonly parts: RunCoordinatorParts) {
    super();
    const { config, fleet, clock } = parts;
    this.defaultScenario = config.defaultScenario;
    this.pool = new WorkerPool(fleet, clock, (id) => this.activeDrivers().some((driver) => driver.has(id)));
    const drive = this.drive.bind(this);
    this.starter = new RunStarter({ ...parts, pool: this.pool, drive });
    fleet.tell(this);
  }

  async create(request: CreateRunBody): Promise<RunView> {
    const active = this.activeRecord();
    if (active) throw new LoadstarError('RUN_ACTIVE', { runId: active.id, state: active.state });
    if (this.creating !== undefined)
      throw new LoadstarError('RUN_ACTIVE', { runId: this.creating, state: 'preparing' });
    const runId = newId();
    this.creating = runId;
    try {
      await this.starter.start(runId, request, anywhere);
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
      const under = this.beginning.get(runId) ?? this.starter.begin(record, among);
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

  async adjust(runId: string, change: RunAdjustment): Promise<RunView> {
    const record = this.parts.book.get(runId);
    const driver = this.drivers.get(runId);
    const { state } = record;
    if (!driver || (state !== 'spawning' && state !== 'running')) {
      throw new LoadstarError('RUN_NOT_ACTIVE', { runId, state });
    }
    checkNumbers(change, this.parts.config.maxUsers);
    checkUserClasses(change.userClasses, change.classWeights, driver.description);
    const { load } = record.plan;
    const { users, spawnRate } = loadInForce(record);
    if (load.kind === 'shape' && (change.users !== undefined || change.spawnRate !== undefined)) {
      refuse({ field: 'users', problem: `the shape ${load.shape} decides how many users there are` });
    }
    await driver.adjust({
      users: change.users ?? users ?? 0,
      spawnRate: change.spawnRate ?? spawnRate ?? 1,
      runTimeMs: change.runTimeSeconds === undefined ? undefined : change.runTimeSeconds * 1000,
      userClasses: change.userClasses,
      classWeights: change.classWeights,
    });
    return this.get(runId);
  }

  async stop(runId: string, reason: string): Promise<RunView> {
    const { book, clock } = this.parts;
    const { state } = book.get(runId);
    if (state === 'queued') await book.move(runId, 'aborted', { reason, endedAtMs: Math.round(clock.wallMs()) });
    await this.drivers.get(runId)?.stop(reason);
    return this.get(runId);
  }

  async remove(runId: string): Promise<void> {
    await this.parts.book.remove(runId);
    this.drivers.delete(runId);
  }

  resetStats(runId?: string): void {
    const driver = this.driver(runId);
    driver?.numbers.reset(driver.elapsedMs);
  }

  current(): RunView | null {
    const record = this.currentRecord();
    return record ? toRunView(record) : null;
  }

  /** Newest first. */
  list(): RunView[] {
    return this.parts.book.list().reverse().map(toRunView);
  }

  get(runId: string): RunView {
    return toRunView(this.parts.book.get(runId));
  }

  stats(runId?: string): StatsView {
    const driver = this.driver(runId);
    if (!driver) return emptyStats();
    const { state } = driver.record;
    const { users } = loadInForce(driver.record);
    const head = { runId: driver.runId, state, elapsedSeconds: driver.elapsedMs / 1000 };
    const target = isEnd(state) || state === 'stopping' ? 0 : users;
    return driver.numbers.view(head, driver.participants.gone, target);
  }

  runStats(runId?: string): RunStats {
    return this.driver(runId)?.numbers.stats ?? new RunStats();
  }

  summary(runId?: string): RunSummary {
    const driver = this.driver(runId);
    if (!driver) throw new LoadstarError('NOT_FOUND', { what: 'run', id: runId ?? 'current' });
    return summaryOf(driver, this.parts.clock);
  }

  series(runId?: string, fromSecond = 0): SeriesPoint[] {
    return this.driver(runId)?.numbers.points(fromSecond) ?? [];
  }

  description(runId?: string): ScenarioDescription | null {
    const driver = this.driver(runId);
    if (driver) return driver.description;
    if (runId !== undefined) return null;
    return this.scenarios().find(({ name }) => name === this.defaultScenario)?.description ?? null;
  }

  scenarios(): ScenarioView[] {
    return this.parts.catalogue.views();
  }

  joined(link: WorkerLink, held: HeldRun | undefined, _again: boolean): void {
    const driver = held && this.drivers.get(held.runId);
    if (driver && isActive(driver.record.state)) driver.joined(link, held);
    else if (held) this.endForgotten(link, held.runId);
    else this.offer(link);
    this.lookAtScenarios();
  }

  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void {
    for (const driver of this.activeDrivers()) driver.leaseChanged(link, state, before);
  }

  stateReported(link: WorkerLink, report: StateReport): void {
    for (const driver of this.activeDrivers()) driver.stateReported(link, report);
    // One that was still at the end of an earlier run is free now.
    if (report.state === 'idle') this.offer(link);
  }

  /** Returns without complaint for a run that nobody knows any more: the worker should forget it too. */
  snapshotReceived(link: WorkerLink, { header, stats }: ReceivedSnapshot): void {
    this.drivers.get(header.runId)?.take(link.id, header, stats);
  }

  /** Asks workers about scenarios that nobody has looked at, unless a run is going. */
  lookAtScenarios(): void {
    if (this.creating === undefined && !this.activeRecord()) void this.parts.inspector.describeAll();
  }

  /** Stops what is going and waits for its end; for the end of the process. */
  close(): void {
    for (const driver of this.drivers.values()) driver.close();
  }

  private drive(runId: string, bundle: ScenarioBundle, description: ScenarioDescription): RunDriver {
    const { book, clock, logger, timings } = this.parts;
    const driver = new RunDriver(runId, { book, clock, logger, timings, bundle, description });
    this.drivers.set(runId, driver);
    this.forgetOld().catch((error: unknown) => logger.error({ err: error }, 'old runs could not be forgotten'));
    void driver.ended.then(() => this.lookAtScenarios());
    return driver;
  }

  /** Gives a free worker to the oldest run that has room for it. */
  private offer(link: WorkerLink): void {
    if (!link.isUsable || link.workState !== 'idle' || !this.pool.isUnclaimed(link.id)) return;
    this.activeDrivers()
      .find((driver) => driver.wants(link))
      ?.joined(link, undefined);
  }

  /** For those that came while a run was being begun. */
  private offerAll(): void {
    for (const link of this.parts.fleet.usable()) this.offer(link);
  }

  private async forgetOld(): Promise<void> {
    const ended = this.parts.book.list().filter(({ state }) => isEnd(state));
    for (const { id } of ended.slice(0, Math.max(0, ended.length - endedKept))) await this.remove(id);
  }

  /** A worker is in a run that is over or unknown here: without this it would load somebody's system for nothing. */
  private endForgotten(link: WorkerLink, runId: string): void {
    const { logger } = this.parts;
    logger.warn({ worker: link.id, run: runId }, 'a worker is still in a run that is over');
    link.stop(runId, 0, 'the run is over').catch((error: unknown) => {
      logger.warn({ worker: link.id, run: runId, err: error }, 'a stop was not confirmed');
    });
  }

  private activeRecord(): RunRecord | undefined {
    return this.parts.book.list().findLast(({ state }) => isActive(state));
  }

  /** Oldest first. */
  private activeDrivers(): RunDriver[] {
    return [...this.drivers.values()].filter(({ record }) => isActive(record.state));
  }

  private currentRecord(): RunRecord | undefined {
    return this.activeRecord() ?? this.parts.book.list().findLast(({ state }) => isEnd(state));
  }

  /** @throws LoadstarError NOT_FOUND when a run is named that is not there */
  private driver(runId: string | undefined): RunDriver | undefined {
    const record = runId === undefined ? this.currentRecord() : this.parts.book.get(runId);
    return record && this.drivers.get(record.id);
  }
}

function refuse(field: FieldProblem): never {
  throw new LoadstarError('INVALID_INPUT', { detail: `${field.field}: ${field.problem}` }, [field]);
}
