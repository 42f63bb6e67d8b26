/**
 * The way from what somebody asks for to a run that is under load: checks it, picks workers, makes the plan and has the
 * driver launch it. Nothing is started anywhere unless everything can be.
 */
import type { WorkerLink } from '@loadstar/protocol';
import {
  checkCeiling,
  checkHost,
  checkRate,
  chooseStopTimeoutMs,
  type Clock,
  type CreateRunBody,
  LoadstarError,
  type LoadPlan,
  type Logger,
  newId,
  type PlannedLoad,
  plannedLoad,
  type RunPlan,
  type ScenarioDescription,
  TargetGuard,
} from '@loadstar/shared';
import type { MasterConfig } from '../config/master-config.js';
import type { ScenarioBundle, ScenarioCatalogue } from '../scenarios/scenario-catalogue.js';
import type { ScenarioInspector } from '../scenarios/scenario-inspector.js';
import type { BundleStore } from '../store/store.js';
import { nothingDeclared } from './run-account.js';
import type { RunBaselines } from './run-baselines.js';
import type { RunBook } from './run-book.js';
import type { RunDriver } from './run-driver.js';
import { judgeFor, type RunBaseline } from './run-facts.js';
import { messageOf } from './run-launch.js';
import type { RunPlacement, RunRecord } from './run-record.js';
import { checkUserClasses, requestedHost, requestedLoad, requestedParameters, requestedPlan } from './run-request.js';
import type { PendingStart } from './run-starts.js';
import type { Choice, WorkerPool } from './worker-pool.js';

export interface RunStarterParts {
  readonly config: MasterConfig;
  readonly book: RunBook;
  readonly catalogue: ScenarioCatalogue;
  readonly inspector: ScenarioInspector;
  readonly pool: WorkerPool;
  readonly bundles: BundleStore;
  readonly baselines: RunBaselines;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the driver of a run whose record is there. */
  readonly drive: (
    runId: string,
    bundle: ScenarioBundle,
    description: ScenarioDescription,
    baseline: RunBaseline | undefined,
  ) => RunDriver;
}

/** How long a start waits for workers that are still at the end of the last run, milliseconds. */
const freeWaitMs = 3_000;

export class RunStarter {
  constructor(private readonly parts: RunStarterParts) {}

  /** Starts a run at once, on all workers that are free. @throws LoadstarError also START_CALLED_OFF */
  async start(pending: PendingStart, request: CreateRunBody, placement: RunPlacement): Promise<void> {
    const { book, bundles } = this.parts;
    const bundle = await pending.step(this.check(request));
    await this.onWorkers(pending, placement, async (links, first) => {
      const description = await pending.step(this.describe(request, bundle, first));
      const plan = this.plan(pending.runId, request, bundle, description);
      await pending.step(bundles.put(bundle));
      await book.add({ ...this.record(request, placement, plan), state: 'preparing', description });
      return this.launch(pending, bundle, description, links);
    });
  }

  /** Makes the record of a run that waits for its turn; needs no worker. */
  async enqueue(
    runId: string,
    request: CreateRunBody,
    placement: RunPlacement,
    queue: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const bundle = await this.check(request);
    // What runs is what was asked for, whatever becomes of the file meanwhile.
    await this.parts.bundles.put(bundle);
    const known = this.parts.catalogue.descriptionOf(bundle.hash);
    if (known) checkUserClasses(request.userClasses, {}, known);
    const plan = this.plan(runId, request, bundle, this.descriptionOf(bundle, request));
    await this.parts.book.add({ ...this.record(request, placement, plan), state: 'queued', queue });
  }

  /**
   * Starts a queued run. One that cannot be started for want of workers stays queued, any other failure is its end.
   * @throws LoadstarError NO_WORKERS, START_CALLED_OFF, or why it has failed
   */
  async begin(pending: PendingStart, record: RunRecord, among?: readonly string[]): Promise<void> {
    const { book, bundles } = this.parts;
    const { id, request, placement, plan: queued } = record;
    await this.onWorkers(pending, { ...placement, among }, async (links, first) => {
      const stored = await pending.step(bundles.get(queued.bundleHash));
      const bundle = stored ?? (await pending.step(this.check(request)));
      let description: ScenarioDescription;
      let plan: RunPlan;
      try {
        description = await pending.step(this.describe(request, bundle, first));
        plan = { ...this.plan(id, request, bundle, description), seed: queued.seed };
      } catch (error) {
        if (!pending.problem) await this.fail(id, error);
        throw error;
      }
      const moved = await book.move(id, 'preparing', { plan, description });
      // Somebody else began it, or called it off, in between.
      if (moved) await this.launch(pending, bundle, description, links);
    });
  }

  /**
   * Says what is wrong with a request as far as that can be told without a worker, and bundles its scenario.
   * @throws LoadstarError INVALID_INPUT, USER_CEILING, RATE_CEILING, INVALID_HOST, TARGET_BLOCKED, SCENARIO_*
   */
  async check(request: CreateRunBody): Promise<ScenarioBundle> {
    const { config, catalogue, baselines } = this.parts;
    requestedLoad(request, config);
    const baseline = request.baseline?.trim() ?? '';
    if (baseline !== '') baselines.resolve(baseline);
    // A JSON null counts as left out.
    const host = request.host?.trim() ?? '';
    if (host !== '') this.checkTarget(checkHost(host));
    const bundle = await catalogue.load(request.scenario ?? config.defaultScenario);
    this.load(request, this.descriptionOf(bundle, request));
    return bundle;
  }

  /** What is known of a scenario without a worker. */
  private descriptionOf({ hash }: ScenarioBundle, request: CreateRunBody): ScenarioDescription {
    return this.parts.catalogue.descriptionOf(hash) ?? { ...nothingDeclared, shapes: shapesOf(request) };
  }

  /**
   * What a request would ask for over time. Needs no worker, and starts nothing.
   * @throws LoadstarError as `check`
   */
  planned(request: CreateRunBody): PlannedLoad {
    const { config, catalogue } = this.parts;
    const { description: known } = catalogue.view(request.scenario ?? config.defaultScenario);
    const description = known ?? { ...nothingDeclared, shapes: shapesOf(request) };
    const load = this.load(request, description);
    const curve = load.kind === 'shape' ? description.curves?.[load.shape] : undefined;
    return plannedLoad(load, config.maxUsers, curve);
  }

  /** @throws LoadstarError INVALID_INPUT, USER_CEILING, RATE_CEILING */
  private load(request: CreateRunBody, description: ScenarioDescription): LoadPlan {
    const { config } = this.parts;
    const load = requestedPlan(request, requestedLoad(request, config), description);
    checkRate(load, config.maxRate);
    return checkCeiling(load, config.maxUsers);
  }

  private async onWorkers(
    pending: PendingStart,
    placement: Choice,
    work: (links: WorkerLink[], first: WorkerLink) => Promise<void>,
  ): Promise<void> {
    const { pool } = this.parts;
    const { runId } = pending;
    try {
      const links = await pool.claim(runId, placement, freeWaitMs, () => !pending.problem);
      pending.check();
      const [first] = links;
      if (!first) throw new LoadstarError('NO_WORKERS');
      await work(links, first);
    } catch (error) {
      if (!pending.problem) throw error;
      await this.abort(runId, pending.problem);
      throw pending.problem;
    } finally {
      pool.settle(runId);
    }
  }

  /** Harmless of a run that has no record, or has ended. Never throws: that the start was called off counts more. */
  private async abort(runId: string, problem: LoadstarError): Promise<void> {
    const { book, clock, logger } = this.parts;
    try {
      await book.abort(runId, { reason: messageOf(problem), endedAtMs: Math.round(clock.wallMs()) });
    } catch (error) {
      logger.error({ run: runId, err: error }, 'the end of a start that was called off could not be put on record');
    }
  }

  /** Harmless of a run that has no record, or has ended. */
  private async fail(runId: string, error: unknown): Promise<void> {
    const { book, clock } = this.parts;
    await book.move(runId, 'failed', { reason: messageOf(error), endedAtMs: Math.round(clock.wallMs()) });
  }

  private async describe(
    { userClasses }: CreateRunBody,
    bundle: ScenarioBundle,
    worker: WorkerLink,
  ): Promise<ScenarioDescription> {
    const { inspector, pool } = this.parts;
    const description = await pool.during(worker.id, inspector.describe(bundle, worker));
    checkUserClasses(userClasses, {}, description);
    return description;
  }

  private plan(
    runId: string,
    request: CreateRunBody,
    bundle: ScenarioBundle,
    description: ScenarioDescription,
  ): RunPlan {
    const { config } = this.parts;
    const host = requestedHost(request, description, config);
    this.checkTarget(host);
    const load = this.load(request, description);
    // A threshold that cannot be read must be known before anything starts, not when it is to be judged.
    judgeFor(description, { load }, undefined);
    // Of a file that nobody has looked at nothing is known; a queued run is planned again when it begins.
    const known = description.userClasses.length > 0;
    const parameters = known ? requestedParameters(request, description) : {};
    return {
      runId,
      scenario: bundle.name,
      bundleHash: bundle.hash,
      host,
      seed: request.seed ?? newId(),
      load,
      userClasses: request.userClasses ?? [],
      classWeights: {},
      stopTimeoutMs: chooseStopTimeoutMs(config.stopTimeoutMs, description),
      identify: config.identify,
      ...(config.traceSampling === undefined ? {} : { traceSampling: config.traceSampling }),
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      limits: {
        maxUsers: config.maxUsers,
        ...(config.maxRate === undefined ? {} : { maxRate: config.maxRate }),
        allowedTargets: config.allowedTargets,
      },
    };
  }

  private record(request: CreateRunBody, placement: RunPlacement, plan: RunPlan) {
    return {
      id: plan.runId,
      request,
      placement,
      queue: undefined,
      description: undefined,
      plan,
      changes: [],
      lossPolicy: request.lossPolicy ?? ('continue' as const),
      baselineId: request.baseline ? this.parts.baselines.resolve(request.baseline.trim()) : undefined,
      workers: [],
      setup: undefined,
      incidents: [],
      createdAtMs: Math.round(this.parts.clock.wallMs()),
      startedAtMs: undefined,
      endedAtMs: undefined,
      reason: undefined,
      verdict: undefined,
      verdictReasons: [],
      unreportedAtMost: 0,
      unreported: {},
      ...(request.tags ? { tags: request.tags } : {}),
      ...(request.notes ? { notes: request.notes } : {}),
    };
  }

  private async launch(
    pending: PendingStart,
    bundle: ScenarioBundle,
    description: ScenarioDescription,
    links: readonly WorkerLink[],
  ): Promise<void> {
    const driver = await this.driver(pending, bundle, description);
    const { scenario, host } = driver.record.plan;
    this.parts.logger.info({ run: pending.runId, scenario, host, workers: links.length }, 'run wanted');
    await driver.launch(links);
  }

  /** A run that is being prepared and gets no driver has nobody else to end it. */
  private async driver(
    pending: PendingStart,
    bundle: ScenarioBundle,
    description: ScenarioDescription,
  ): Promise<RunDriver> {
    const { drive, baselines, book } = this.parts;
    const { runId } = pending;
    try {
      pending.check();
      const baseline = await pending.step(baselines.load(book.get(runId).baselineId));
      return drive(runId, bundle, description, baseline);
    } catch (error) {
      if (!pending.problem) await this.fail(runId, error);
      throw error;
    }
  }

  /** @throws LoadstarError TARGET_BLOCKED */
  private checkTarget(host: string): void {
    const reason = new TargetGuard(this.parts.config.allowedTargets).refuseUrl(host);
    if (reason !== undefined) {
      throw new LoadstarError('TARGET_BLOCKED', { host, reason }, [{ field: 'host', problem: reason }]);
    }
  }
}

/** A shape that nobody can check yet is taken at its word. */
function shapesOf({ shape }: CreateRunBody): string[] {
  return shape === undefined ? [] : [shape];
}
