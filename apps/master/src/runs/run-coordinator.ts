/**
 * The one face of the control plane: checks what is asked, makes it a run record and gives the run to its driver. At
 * most one run is active at a time; a queue will decide whose turn it is.
 */
import type { HeldRun, LeaseState, ReceivedSnapshot, StateReport, WorkerLink } from '@loadstar/protocol';
import {
  type Clock,
  type CreateRunBody,
  type FieldProblem,
  loadstarVersion,
  LoadstarError,
  type Logger,
  newId,
  type RunPlan,
  type RunView,
  type ScenarioDescription,
  type ScenarioView,
  type SeriesPoint,
  type StatsView,
  TargetGuard,
} from '@loadstar/shared';
import { RunStats, type RunSummary, summarise } from '@loadstar/stats';
import type { MasterConfig } from '../config/master-config.js';
import type { Fleet, FleetAudience } from '../fleet/fleet.js';
import { emptyStats } from '../ingest/run-numbers.js';
import type { ScenarioBundle, ScenarioCatalogue } from '../scenarios/scenario-catalogue.js';
import type { ScenarioInspector } from '../scenarios/scenario-inspector.js';
import type { RunBook } from './run-book.js';
import { type RunAdjustment, RunControl } from './run-control.js';
import { RunDriver } from './run-driver.js';
import { loadInForce, type RunRecord, toRunView } from './run-record.js';
import {
  checkHost,
  checkNumbers,
  checkUserClasses,
  requestedHost,
  requestedLoad,
  requestedPlan,
} from './run-request.js';
import { isEnd, type RunTimings } from './run-state.js';

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
/** How long a start waits for workers that are still at the end of the last run, milliseconds. */
const freeWaitMs = 3_000;

export class RunCoordinator extends RunControl implements FleetAudience {
  readonly defaultScenario: string;
  private readonly drivers = new Map<string, RunDriver>();
  /** The run that is being created and may have no record yet. */
  private creating: string | undefined;

  constructor(private readonly parts: RunCoordinatorParts) {
    super();
    this.defaultScenario = parts.config.defaultScenario;
    parts.fleet.tell(this);
  }

  async create(request: CreateRunBody): Promise<RunView> {
    const active = this.activeRecord();
    if (active) throw new LoadstarError('RUN_ACTIVE', { runId: active.id, state: active.state });
    if (this.creating !== undefined)
      throw new LoadstarError('RUN_ACTIVE', { runId: this.creating, state: 'preparing' });
    const runId = newId();
    this.creating = runId;
    try {
      return await this.createRun(runId, request);
    } finally {
      this.creating = undefined;
      this.lookAtScenarios();
    }
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
    this.parts.book.get(runId);
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
    const { numbers, record, participants, elapsedMs } = driver;
    const links = participants.all().map(({ link }) => link);
    const view = toRunView(record);
    const countedFromMs = numbers.ledger.countedFromMs;
    const nowMs = this.parts.clock.wallMs();
    return summarise(
      numbers.stats,
      {
        runId: view.id,
        scenario: view.scenario,
        host: view.host,
        seed: view.seed,
        startedAt: view.startedAt ?? view.createdAt,
        endedAt: view.endedAt ?? new Date(nowMs).toISOString(),
        elapsedSeconds: Math.max(0, elapsedMs - countedFromMs) / 1000,
        countedFromMs,
        users: numbers.series.peakUsers,
        targetUsers: view.users,
        spawnRate: view.spawnRate,
        shape: view.shape,
        userClasses: view.userClasses,
        workers: links.length,
        engines: links.reduce((sum, { engines }) => sum + engines, 0),
        loadstarVersion,
        nodeVersion: process.version,
        verdict: view.verdict,
        verdictReasons: view.verdictReasons,
        unreportedAtMost: view.unreportedAtMost,
        environment: {},
      },
      { thresholds: driver.description.thresholds, headers: numbers.ledger.headers() },
    );
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
    const active = this.activeDriver();
    if (held && held.runId !== active?.runId) this.endForgotten(link, held.runId);
    active?.joined(link, held);
    this.lookAtScenarios();
  }

  leaseChanged(link: WorkerLink, state: LeaseState, before: LeaseState): void {
    this.activeDriver()?.leaseChanged(link, state, before);
  }

  stateReported(link: WorkerLink, report: StateReport): void {
    this.activeDriver()?.stateReported(link, report);
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

  private async createRun(runId: string, request: CreateRunBody): Promise<RunView> {
    const { catalogue, inspector, fleet, config, logger } = this.parts;
    // What can be told without anybody's help is told first.
    const load = requestedLoad(request, config);
    if (request.host !== undefined && request.host.trim() !== '') this.checkTarget(checkHost(request.host.trim()));
    const bundle = await catalogue.load(request.scenario ?? this.defaultScenario);
    const links = await fleet.free(freeWaitMs);
    const [first] = links;
    if (!first) throw new LoadstarError('NO_WORKERS');
    const description = await inspector.describe(bundle, first);
    checkUserClasses(request.userClasses, {}, description);
    const host = requestedHost(request, description, config);
    this.checkTarget(host);
    const plan: RunPlan = {
      runId,
      scenario: bundle.name,
      bundleHash: bundle.hash,
      host,
      seed: request.seed ?? newId(),
      load: requestedPlan(request, load, description),
      userClasses: request.userClasses ?? [],
      classWeights: {},
      stopTimeoutMs: config.stopTimeoutMs,
      identify: config.identify,
      limits: { maxUsers: config.maxUsers, allowedTargets: config.allowedTargets },
    };
    const driver = await this.addRun(plan, bundle, description);
    logger.info({ run: runId, scenario: bundle.name, host, workers: links.length }, 'run wanted');
    await driver.launch(links);
    for (const link of fleet.usable()) driver.joined(link, undefined);
    return this.get(runId);
  }

  private async addRun(plan: RunPlan, bundle: ScenarioBundle, description: ScenarioDescription): Promise<RunDriver> {
    const { book, clock, logger, timings } = this.parts;
    const { runId } = plan;
    await book.add({
      id: runId,
      state: 'preparing',
      plan,
      changes: [],
      lossPolicy: 'rebalance',
      createdAtMs: Math.round(clock.wallMs()),
      startedAtMs: undefined,
      endedAtMs: undefined,
      reason: undefined,
      verdict: undefined,
      verdictReasons: [],
      unreportedAtMost: 0,
    });
    const driver = new RunDriver(runId, { book, clock, logger, timings, bundle, description });
    this.drivers.set(runId, driver);
    await this.forgetOld();
    void driver.ended.then(() => this.lookAtScenarios());
    return driver;
  }

  /** @throws LoadstarError TARGET_BLOCKED */
  private checkTarget(host: string): void {
    const reason = new TargetGuard(this.parts.config.allowedTargets).refuseUrl(host);
    if (reason !== undefined) {
      throw new LoadstarError('TARGET_BLOCKED', { host, reason }, [{ field: 'host', problem: reason }]);
    }
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
    return this.parts.book.list().findLast(({ state }) => !isEnd(state));
  }

  private activeDriver(): RunDriver | undefined {
    const record = this.activeRecord();
    return record && this.drivers.get(record.id);
  }

  private currentRecord(): RunRecord | undefined {
    return this.activeRecord() ?? this.parts.book.list().at(-1);
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
