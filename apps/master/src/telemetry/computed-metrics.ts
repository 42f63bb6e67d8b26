/**
 * prom-client metrics whose samples are not counted up call by call but handed over whole at every scrape, because the
 * numbers already exist, merged over all workers, and counting them twice would only let the two drift apart.
 */
import type { MetricEntry, MetricName } from '@loadstar/shared';
import type { Exemplar } from './duration-buckets.js';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface Sample {
  /** Name of the line when it is not the metric's own, as for the parts of a histogram. */
  metricName?: string;
  labels: Record<string, string | number>;
  value: number;
  /** Told only in the format that has a place for it. */
  exemplar?: Exemplar | undefined;
}

export type Samples = Partial<Record<MetricName, Sample[]>>;

/** Registers a metric that takes its samples from `read` at every scrape. */
export function registerComputed(
  registry: Registry,
  name: MetricName,
  { type, help, labels }: MetricEntry,
  read: () => readonly Sample[],
): void {
  const configuration = { name, help, labelNames: [...labels], registers: [registry] };
  const metric =
    type === 'counter'
      ? new Counter(configuration)
      : type === 'gauge'
        ? new Gauge(configuration)
        : new Histogram(configuration);
  const answer = { name, help, type, aggregator: 'sum' as const, collect: () => {} };
  const get = async () => ({ ...answer, values: read().map((sample) => ({ ...sample })) });
  // A histogram writes its text by a shortcut of its own; both ways must tell the same.
  Object.assign(metric, { get, getForPromString: get });
}
