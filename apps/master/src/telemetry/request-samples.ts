/** Samples of the requests of a run: by name, method and outcome, with a bound on how many names there can be. */
import { outcomes, otherNames, type RunStats } from '@loadstar/stats';
import type { ExponentialPoint } from '@loadstar/telemetry';
import type { Sample, Samples } from './computed-metrics.js';
import { DurationBuckets, type Exemplar } from './duration-buckets.js';

/** Names and methods that get series of their own; what comes after is summed in one. */
const mostNames = 200;
/** Error texts likewise. */
const mostErrors = 100;
const longestError = 160;

class NameNumbers {
  readonly outcomes = new Float64Array(outcomes.length);
  readonly service = { success: new DurationBuckets(), failure: new DurationBuckets() };
  readonly response = { success: new DurationBuckets(), failure: new DurationBuckets() };

  constructor(
    readonly method: string,
    readonly name: string,
  ) {}
}

/** Exemplars of a series, by the place of their bucket. */
export type ExemplarSource = (
  kind: 'service' | 'response',
  method: string,
  name: string,
  isFailure: boolean,
) => (place: number) => Exemplar | undefined;

export function requestSamples(stats: RunStats, scenario: string, exemplars?: ExemplarSource): Samples {
  const names = byName(stats);
  const samples = {
    loadstar_requests_total: [] as Sample[],
    loadstar_request_duration_seconds: [] as Sample[],
    loadstar_response_duration_seconds: [] as Sample[],
    locust_requests_total: [] as Sample[],
  };
  for (const numbers of names) {
    const { method, name } = numbers;
    const labels = { scenario, name, method };
    outcomes.forEach((outcome, index) => {
      samples.loadstar_requests_total.push({ labels: { ...labels, outcome }, value: numbers.outcomes[index] ?? 0 });
    });
    const succeeded = numbers.outcomes[0] ?? 0;
    const failed = numbers.outcomes.reduce((sum, count) => sum + count, 0) - succeeded;
    samples.locust_requests_total.push({ labels: { method, name, result: 'success' }, value: succeeded });
    samples.locust_requests_total.push({ labels: { method, name, result: 'failure' }, value: failed });
    for (const result of ['success', 'failure'] as const) {
      if (result === 'failure' && failed === 0) continue;
      const all = { ...labels, result };
      const { service, response } = numbers;
      const at = (kind: 'service' | 'response') => exemplars?.(kind, method, name, result === 'failure');
      samples.loadstar_request_duration_seconds.push(
        ...service[result].samples('loadstar_request_duration_seconds', all, at('service')),
      );
      samples.loadstar_response_duration_seconds.push(
        ...response[result].samples('loadstar_response_duration_seconds', all, at('response')),
      );
    }
  }
  // So that boards and checks find the name before the first run.
  if (names.length === 0) {
    for (const result of ['success', 'failure']) {
      samples.locust_requests_total.push({ labels: { method: '', name: '', result }, value: 0 });
    }
  }
  return { ...samples, ...errorSamples(stats, scenario), ...sumSamples(stats, scenario) };
}

/** The histograms of requests in buckets that grow by a constant factor, by metric. */
export function requestExponentials(stats: RunStats, scenario: string): Map<string, ExponentialPoint[]> {
  const service: ExponentialPoint[] = [];
  const response: ExponentialPoint[] = [];
  for (const { method, name, ...numbers } of byName(stats)) {
    for (const result of ['success', 'failure'] as const) {
      const labels = { scenario, name, method, result };
      if (result === 'failure' && numbers.service.failure.count === 0) continue;
      service.push(numbers.service[result].exponential(labels));
      response.push(numbers.response[result].exponential(labels));
    }
  }
  return new Map([
    ['loadstar_request_duration_seconds', service],
    ['loadstar_response_duration_seconds', response],
  ]);
}

function byName(stats: RunStats): NameNumbers[] {
  const found = new Map<string, NameNumbers>();
  for (const { key, counts, ok, failed } of stats.allSeries()) {
    let id = `${key.method} ${key.name}`;
    const overflow = !found.has(id) && found.size >= mostNames;
    if (overflow) id = otherNames;
    let numbers = found.get(id);
    if (numbers === undefined) {
      numbers = overflow ? new NameNumbers('', otherNames) : new NameNumbers(key.method, key.name);
      found.set(id, numbers);
    }
    counts.forEach((count, index) => {
      numbers.outcomes[index] = (numbers.outcomes[index] ?? 0) + count;
    });
    numbers.service.success.add(ok.service);
    numbers.response.success.add(ok.response);
    numbers.service.failure.add(failed.service);
    numbers.response.failure.add(failed.response);
  }
  return [...found.values()];
}

function errorSamples(stats: RunStats, scenario: string): Samples {
  const groups = [...stats.errors].sort((a, b) => b.count - a.count).slice(0, mostErrors);
  const byLabels = new Map<string, { method: string; name: string; error: string; count: number }>();
  for (const { method, name, text, count } of groups) {
    const error = text.slice(0, longestError);
    const id = JSON.stringify([method, name, error]);
    // Texts that differ only beyond the cut would give the same series twice, which is no valid page.
    const known = byLabels.get(id);
    if (known) known.count += count;
    else byLabels.set(id, { method, name, error, count });
  }
  const all = [...byLabels.values()];
  return {
    loadstar_failures_total: all.map(({ count, ...labels }) => ({ labels: { scenario, ...labels }, value: count })),
    locust_errors: all.map(({ count, ...labels }) => ({ labels, value: count })),
  };
}

function sumSamples(stats: RunStats, scenario: string): Samples {
  const labels = { scenario };
  const one = (value: number): Sample[] => [{ labels, value }];
  let received = 0;
  let sent = 0;
  for (const { bytesReceived, bytesSent } of stats.allSeries()) {
    received += bytesReceived;
    sent += bytesSent;
  }
  const { finished, failed, interrupted } = stats.iterations;
  return {
    loadstar_exceptions_total: one([...stats.exceptions].reduce((sum, { count }) => sum + count, 0)),
    loadstar_checks_total: [...stats.checks].flatMap(({ name, passes, failures }) => [
      { labels: { scenario, check: name, result: 'passed' }, value: passes },
      { labels: { scenario, check: name, result: 'failed' }, value: failures },
    ]),
    loadstar_iterations_total: Object.entries({ finished, failed, interrupted }).map(([result, value]) => ({
      labels: { scenario, result },
      value,
    })),
    loadstar_schedule_lag_seconds: new DurationBuckets()
      .add(stats.lag)
      .samples('loadstar_schedule_lag_seconds', labels),
    loadstar_dropped_arrivals_total: one(stats.droppedArrivals),
    loadstar_received_bytes_total: one(received),
    loadstar_sent_bytes_total: one(sent),
    loadstar_connections_opened_total: one(stats.connections.opened),
  };
}
