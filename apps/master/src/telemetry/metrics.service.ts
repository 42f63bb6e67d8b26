/** Computes all samples once per scrape from what the control plane knows, and writes them as Prometheus text. */
import { Inject, Injectable, Optional } from '@nestjs/common';
import { metricTable, type MetricEntry, type MetricName } from '@loadstar/shared';
import { Counter, Registry } from 'prom-client';
import { RunReader } from '../api/run-reader.js';
import { StoreWatch } from '../store/store-watch.js';
import { QueueControl } from '../queue/queue-control.js';
import { MasterRole } from '../leadership/master-role.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { registerComputed, type Samples } from './computed-metrics.js';
import { requestSamples } from './request-samples.js';
import { ingestSamples, queueSamples, runSamples, workerSamples } from './state-samples.js';

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
    const isStoreUp = await this.store.isUp();
    const run = this.runs.current();
    this.#samples = {
      ...requestSamples(this.reader.stats(), run?.scenario ?? ''),
      ...runSamples(run, this.runs.stats(), this.reader.recent()),
      ...workerSamples(this.fleet.workers()),
      ...queueSamples(this.queue),
      loadstar_store_up: [{ labels: {}, value: isStoreUp ? 1 : 0 }],
      loadstar_master_leader: [{ labels: {}, value: this.role?.isServing === false ? 0 : 1 }],
      ...ingestSamples(this.runs),
    };
    return this.registry.metrics();
  }
}
