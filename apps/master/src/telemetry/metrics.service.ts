/** Computes all samples once per scrape from what the control plane knows, and writes them as Prometheus text. */
import { Inject, Injectable, Optional } from '@nestjs/common';
import { metricTable, type MetricEntry, type MetricName } from '@loadstar/shared';
import type { MetricSet, PromMetric } from '@loadstar/telemetry';
import { Counter, Registry } from 'prom-client';
import { RunReader } from '../api/run-reader.js';
import { StoreWatch } from '../store/store-watch.js';
import { QueueControl } from '../queue/queue-control.js';
import { MasterConfig } from '../config/master-config.js';
import { MasterRole } from '../leadership/master-role.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { registerComputed, type Samples } from './computed-metrics.js';
import { openMetricsPage } from './open-metrics.js';
import { type ExemplarSource, requestExponentials, requestSamples } from './request-samples.js';
import { ingestSamples, queueSamples, runSamples, workerSamples } from './state-samples.js';

/** Counters that go on over all runs. */
const ofMaster: ReadonlySet<string> = new Set([
  'loadstar_snapshots_discarded_total',
  'loadstar_worker_snapshots_total',
  'locust_total_scrapes',
]);
/** Counters that begin anew with each run. */
const ofRun: ReadonlySet<string> = new Set(
  Object.entries(metricTable)
    .filter(([name, { type }]) => type !== 'gauge' && !ofMaster.has(name))
    .map(([name]) => name),
);

@Injectable()
export class MetricsService {
  readonly #scrapes: Counter;
  #samples: Samples = {};

  constructor(
    @Inject(Registry) private readonly registry: Registry,
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
    private readonly reader: RunReader,
    private readonly queue: QueueControl,
    private readonly store: StoreWatch,
    @Optional() private readonly role?: MasterRole,
    @Optional() private readonly config?: MasterConfig,
  ) {
    const { locust_total_scrapes: scrapes, ...computed } = metricTable;
    this.#scrapes = new Counter({ name: 'locust_total_scrapes', help: scrapes.help, registers: [registry] });
    for (const [name, entry] of Object.entries(computed) as [MetricName, MetricEntry][]) {
      registerComputed(registry, name, entry, () => this.#samples[name] ?? []);
    }
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The page that Prometheus reads. */
  async page(): Promise<string> {
    this.#scrapes.inc();
    await this.#look();
    return this.registry.metrics();
  }

  /** Whether there can be exemplars, for which only OpenMetrics has a place. */
  get hasExemplars(): boolean {
    return this.config?.traceSampling !== undefined;
  }

  /** The same page in OpenMetrics, with exemplars. */
  async openMetricsPage(): Promise<string> {
    this.#scrapes.inc();
    await this.#look();
    return openMetricsPage((await this.registry.getMetricsAsJSON()) as unknown as PromMetric[]);
  }

  /** The same for OpenTelemetry. @param isFine whether the fine form of the histograms is wanted */
  async set(isFine: boolean): Promise<MetricSet> {
    await this.#look();
    const run = this.runs.current();
    const startedMs = run?.startedAt ? Date.parse(run.startedAt) : undefined;
    const exponential = isFine ? requestExponentials(this.reader.stats(), run?.scenario ?? '') : undefined;
    return {
      metrics: (await this.registry.getMetricsAsJSON()) as unknown as PromMetric[],
      ...(exponential && { exponential }),
      sinceMs: (name) => (ofRun.has(name) ? startedMs : undefined),
    };
  }

  /** Computes the samples of this moment. */
  async #look(): Promise<void> {
    const isStoreUp = await this.store.isUp();
    const run = this.runs.current();
    const { examples } = this.fleet;
    const exemplars: ExemplarSource | undefined = this.hasExemplars
      ? (...series) => examples.of(run?.id, ...series)
      : undefined;
    this.#samples = {
      ...requestSamples(this.reader.stats(), run?.scenario ?? '', exemplars),
      ...runSamples(run, this.runs.stats(), this.reader.recent()),
      ...workerSamples(this.fleet.workers()),
      ...queueSamples(this.queue),
      loadstar_store_up: [{ labels: {}, value: isStoreUp ? 1 : 0 }],
      loadstar_master_leader: [{ labels: {}, value: this.role?.isServing === false ? 0 : 1 }],
      ...ingestSamples(this.runs),
    };
  }
}
