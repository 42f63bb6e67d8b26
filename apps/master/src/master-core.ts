/**
 * The control plane without any face: runs, fleet, numbers and scenarios put together. The Nest module and the tests
 * make it alike; only the wire that workers come in by differs.
 */
import { type ControlServer, type ControlTimings, FleetEndpoint } from '@loadstar/protocol';
import { type Clock, type Logger, systemClock } from '@loadstar/shared';
import { bundleScenario } from '@loadstar/scenario/loader';
import type { MasterConfig } from './config/master-config.js';
import { controlTimingsOf, defaultTimingSettings, runTimingsOf } from './config/timing-settings.js';
import { Fleet } from './fleet/fleet.js';
import { defaultQueueSettings } from './config/queue-settings.js';
import { LogRing, ringLogger } from './fleet/log-ring.js';
import { InProcessQueue } from './queue/in-process-queue.js';
import type { QueuePort } from './queue/queue-port.js';
import { QueueService } from './queue/queue-service.js';
import { RecordedRuns } from './queue/recorded-runs.js';
import { type Comparer, compareHere } from './runs/comparer.js';
import { Retention } from './runs/retention.js';
import { RunBook } from './runs/run-book.js';
import { RunCoordinator } from './runs/run-coordinator.js';
import type { RunRecord } from './runs/run-record.js';
import type { RunTimings } from './runs/run-state.js';
import { type ScenarioBundle, ScenarioCatalogue } from './scenarios/scenario-catalogue.js';
import { ScenarioInspector } from './scenarios/scenario-inspector.js';
import { MemoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';

export interface MasterCoreOptions {
  readonly config: MasterConfig;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Where runs are kept; by default in memory. */
  readonly store?: Store;
  /** Where jobs are kept; by default in this process. */
  readonly queuePort?: QueuePort;
  readonly timings?: Partial<RunTimings>;
  readonly controlTimings?: Partial<ControlTimings>;
  readonly bundle?: (file: string) => Promise<ScenarioBundle>;
  /** By default in this thread. */
  readonly compare?: Comparer;
}

export class MasterCore {
  /** Also fills the master's part of `/logs`. */
  readonly logger: Logger;
  readonly fleet: Fleet;
  readonly catalogue: ScenarioCatalogue;
  readonly runs: RunCoordinator;
  readonly queue: QueueService;
  readonly store: Store;
  private readonly book: RunBook;
  private readonly retention: Retention;
  private readonly clock: Clock;
  private opened: Promise<void> | undefined;

  constructor(private readonly options: MasterCoreOptions) {
    const { config, store = new MemoryStore(), bundle = bundleScenario, compare = compareHere } = options;
    const clock = options.clock ?? systemClock;
    const logRing = new LogRing();
    const logger = ringLogger(options.logger, logRing, clock);
    const timings = { ...runTimingsOf(config.timings ?? defaultTimingSettings), ...options.timings };
    this.clock = clock;
    this.logger = logger;
    this.fleet = new Fleet(logRing);
    this.catalogue = new ScenarioCatalogue({ folder: config.scenariosDir, clock, logger, bundle });
    const idleWorker = () => this.fleet.usable().find(({ workState }) => workState === 'idle');
    const inspector = new ScenarioInspector(this.catalogue, idleWorker, logger);
    this.store = store;
    this.book = new RunBook(store.runs, clock);
    const { book, fleet, catalogue } = this;
    const parts = { config, book, store, fleet, catalogue, inspector, clock, logger, timings, compare };
    this.runs = new RunCoordinator(parts);
    this.catalogue.onChange(() => this.runs.lookAtScenarios());
    const { keepDays = 0, keepMegabytes = 0 } = config;
    const remove = (id: string): Promise<void> => this.runs.remove(id);
    this.retention = new Retention({ store, runs: book, remove, clock, logger, keepDays, keepMegabytes });
    this.queue = new QueueService({
      port: options.queuePort ?? new InProcessQueue(clock, logger),
      runs: new RecordedRuns({ book, coordinator: this.runs, fleet, clock }),
      views: this.runs,
      schedules: store.schedules,
      hold: store.queueHold,
      clock,
      logger,
      ...(config.queue ?? defaultQueueSettings),
    });
  }

  /**
   * Reads the store and the scenarios, then gives turns to what waits; may be called again.
   * @param epoch of this master; left out, it takes one itself and leads
   */
  open(epoch?: number): Promise<void> {
    this.opened ??= Promise.all([this.openRuns(epoch), this.catalogue.open()]).then(() => {
      this.retention.begin();
      return this.queue.open();
    });
    return this.opened;
  }

  /** Calls back with every record of a run that was added or changed. @returns ends that */
  watchRuns(watcher: (record: RunRecord) => void): () => void {
    return this.book.watch(watcher);
  }

  /** Lets workers in by a wire, from now on. */
  async attachWorkers(server: ControlServer): Promise<void> {
    await this.open();
    const { config, controlTimings } = this.options;
    const timings = { ...controlTimingsOf(config.timings ?? defaultTimingSettings), ...controlTimings };
    const { clock, logger } = this;
    const endpoint = new FleetEndpoint({
      server,
      clock,
      logger,
      joinToken: config.joinToken,
      epoch: this.book.epoch,
      timings,
    });
    this.fleet.open(endpoint);
    this.runs.awaitWorkers(endpoint.timings.lostMs);
  }

  /** Lets go of everything; workers go on with their plan and try to come back. */
  async close(): Promise<void> {
    await this.letGo();
    await this.store.close();
  }

  /** The same, but for the store. */
  async letGo(): Promise<void> {
    this.retention.close();
    this.catalogue.close();
    await this.queue.close();
    await this.fleet.close();
    await this.runs.close();
    this.book.close();
  }

  private async openRuns(epoch: number | undefined): Promise<void> {
    if (epoch === undefined) await this.store.open();
    await this.book.open(epoch);
    await this.runs.restore();
  }
}
