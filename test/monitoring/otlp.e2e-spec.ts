// OpenTelemetry switched on by its standard variables alone: what real apps send to a receiver of OTLP/HTTP, against what
// the run's ledger and the target say.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { expectState, expectUsers, stopSwarm, swarm, totalOf } from '../support/swarm.js';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.js';
import { type Prometheus, startPrometheus } from './support/prometheus.js';

jest.setTimeout(300_000);

const [server, client] = [2, 3];

describe('a platform with OpenTelemetry on', () => {
  let folder: string;
  let receiver: OtlpReceiver;
  let platform: Platform;
  let prometheus: Prometheus;
  let requests = 0;
  let runId = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-otlp-'));
    receiver = await OtlpReceiver.listen();
    const otel = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=load',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    };
    platform = await startPlatform({
      workers: 1,
      master: {
        ...otel,
        LOADSTAR_TRACE_SAMPLING: '1',
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
      },
      worker: { ...otel, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_SERVICE_NAME: 'generator' },
      target: otel,
    });
    const targets = { master: [new URL(platform.masterUrl).host] };
    prometheus = await startPrometheus(folder, { targets, alertmanager: '127.0.0.1:9' });
    const { masterUrl } = platform;
    const answer = await swarm(masterUrl, { user_count: 20, spawn_rate: 20, host: platform.targetUrl });
    runId = answer.run_id ?? '';
    await expectUsers(masterUrl, 20);
    await expectState(masterUrl, 'running');
    await eventually(async () => {
      const seen = await exemplars(prometheus, 'loadstar_request_duration_seconds_bucket');
      expect(seen.length).toBeGreaterThan(0);
    });
    requests = totalOf(await stopSwarm(masterUrl)).num_requests;
    await eventually(() => expect(spansOf('loadstar-master', `run simple-load.ts`)).toHaveLength(1));
    await eventually(() => expect(receiver.spans.filter(({ kind }) => kind === client)).toHaveLength(requests));
    await eventually(() => expect(receiver.value('loadstar_requests_total')).toBe(requests));
    await eventually(() => expect(receiver.value('app_requests_total')).toBe(requests));
    await eventually(() => expect(receiver.value('loadstar_worker_requests_total')).toBe(requests));
    // Counted when they were answered, which is after they arrived.
    await eventually(() => expect(receiver.metrics.get('app_response_time_seconds')?.[0]?.point.count).toBe(requests));
    await eventually(() => expect(spansOf('generator', 'load of worker-1')).toHaveLength(1));
  });
  afterAll(async () => {
    await prometheus?.end();
    await platform?.stop();
    await receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function spansOf(service: string, name: string): ReceivedSpan[] {
    return receiver.spans.filter((span) => span.service === service && span.name === name);
  }

  it('sends the metrics of every app, under their names, with values of the ledger', () => {
    expect(requests).toBeGreaterThan(20);
    const [users] = receiver.metrics.get('loadstar_users') ?? [];
    expect(users).toMatchObject({
      service: 'loadstar-master',
      form: 'gauge',
      resource: { 'deployment.environment.name': 'test', 'service.version': expect.stringMatching(/^\d/) },
    });
    const [total] = receiver.metrics.get('loadstar_requests_total') ?? [];
    expect(total).toMatchObject({
      form: 'sum',
      attributes: { scenario: 'simple-load.ts', method: expect.any(String) },
    });
    const [answered] = receiver.metrics.get('app_response_time_seconds') ?? [];
    expect(answered).toMatchObject({ service: 'loadstar-target', form: 'histogram', unit: 's' });
    expect(answered?.point.count).toBe(requests);
    expect(answered?.point.bucketCounts).toHaveLength(answered?.point.explicitBounds.length + 1);
    expect(answered?.point.bucketCounts.reduce((sum: number, each: number) => sum + each, 0)).toBe(requests);
  });

  it('takes service name, protocol and headers from the standard variables', () => {
    const [worker] = receiver.metrics.get('loadstar_worker_connected') ?? [];
    expect(worker?.service).toBe('generator');
    expect([...receiver.contentTypes].sort()).toEqual(['application/json', 'application/x-protobuf']);
    expect(receiver.headers.every((headers) => headers['x-tenant'] === 'load')).toBe(true);
  });

  it('sends durations as exponential histograms when asked to: the same counts, in buckets 2 to 5 % wide', async () => {
    const points = receiver.metrics.get('loadstar_request_duration_seconds') ?? [];
    expect(points.every(({ form }) => form === 'exponentialHistogram')).toBe(true);
    const all = points.map(({ point }) => point);
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(requests);
    const [users] = points.filter(
      ({ attributes }) => attributes['name'] === '/users' && attributes['method'] === 'GET',
    );
    const { scale, positive, count, min, max } = users?.point ?? {};
    expect(scale).toBeGreaterThanOrEqual(4);
    expect(positive.bucketCounts.reduce((sum: number, each: number) => sum + each, 0)).toBe(count);
    const base = 2 ** (2 ** -scale);
    const [low, high] = [base ** positive.offset, base ** (positive.offset + positive.bucketCounts.length)];
    expect(low).toBeLessThanOrEqual(min);
    // What a bucket holds is at most its upper bound; the maximum is exact, its fine bucket 0.1 % wide.
    expect(high).toBeGreaterThanOrEqual(max * 0.999);
    expect(high / base).toBeLessThanOrEqual(max * 1.001);
  });

  it('sends the run as a span with its states and what happened, and hangs the worker’s part below it', () => {
    const [run] = spansOf('loadstar-master', 'run simple-load.ts');
    expect(run).toMatchObject({
      parentSpanId: undefined,
      isError: false,
      attributes: { 'loadstar.run_id': runId, 'loadstar.state': 'finished', 'loadstar.workers': 1 },
    });
    expect(run?.events.map(({ attributes }) => attributes['text'])).toEqual(
      expect.arrayContaining(['Started on 1 worker.', 'Finished.']),
    );
    const below = receiver.spans.filter(({ parentSpanId }) => parentSpanId === run?.spanId);
    expect(below.every(({ traceId }) => traceId === run?.traceId)).toBe(true);
    expect(below.map(({ name }) => name).sort()).toEqual(
      ['load of worker-1', 'preparing', 'running', 'spawning', 'stopping'].sort(),
    );
    const states = below.filter(({ service }) => service === 'loadstar-master').sort((a, b) => a.startMs - b.startMs);
    // One begins where the one before ended; nanoseconds since 1970 do not fit a double to the last digit.
    for (const [i, state] of states.slice(1).entries()) expect(state.startMs).toBeCloseTo(states[i]?.endMs ?? 0, 1);
    const [part] = spansOf('generator', 'load of worker-1');
    expect(part?.attributes['loadstar.requests']).toBe(requests);
  });

  it('sends a client span for each request that is recorded, and the target’s own span below it', async () => {
    const sent = receiver.spans.filter(({ kind }) => kind === client);
    const [run] = spansOf('loadstar-master', 'run simple-load.ts');
    for (const { links } of sent) {
      expect(links).toEqual([expect.objectContaining({ traceId: run?.traceId, spanId: run?.spanId })]);
    }
    const answered = await eventually(() => {
      const spans = receiver.spans.filter(({ service, kind }) => service === 'loadstar-target' && kind === server);
      expect(spans).toHaveLength(requests);
      return spans;
    });
    const bySpan = new Map(sent.map((span) => [span.spanId, span]));
    for (const { traceId, parentSpanId, startMs, name } of answered) {
      const parent = bySpan.get(parentSpanId ?? '');
      expect(parent).toBeDefined();
      expect(parent?.traceId).toBe(traceId);
      // Both read one machine's clock; how long each then waits for a core is nobody's claim.
      expect(Math.abs(startMs - (parent?.startMs ?? 0))).toBeLessThan(5_000);
      expect(name).toMatch(/^(GET|POST) \//);
    }
    expect(sent.find(({ name }) => name === 'GET /users')?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': new URL(platform.targetUrl).hostname,
      'loadstar.run_id': runId,
      'loadstar.outcome': 'ok',
    });
  });

  it('records calls that change something, and no others', async () => {
    await eventually(() => {
      const calls = receiver.spans.filter(({ service, kind }) => service === 'loadstar-master' && kind === server);
      expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['POST /swarm', 'GET /stop']));
    });
  });

  it('leads from a bucket of a scraped histogram to such a trace', async () => {
    const traces = new Set(receiver.spans.filter(({ kind }) => kind === client).map(({ traceId }) => traceId));
    for (const name of ['loadstar_request_duration_seconds_bucket', 'loadstar_response_duration_seconds_bucket']) {
      const found = await eventually(async () => {
        const some = await exemplars(prometheus, name);
        expect(some.length).toBeGreaterThan(0);
        return some;
      });
      for (const { labels, value, le } of found) {
        expect(traces).toContain(labels['trace_id']);
        expect(Number(value)).toBeLessThanOrEqual(le);
      }
    }
    // The format that carries them changes no name and no value.
    await eventually(async () => {
      expect((await prometheus.query('sum(loadstar_requests_total)'))[0]?.value).toBe(requests);
      expect(await prometheus.query('locust_total_scrapes')).toHaveLength(1);
    });
  });
});

interface FoundExemplar {
  readonly labels: Record<string, string>;
  readonly value: string;
  readonly le: number;
}

async function exemplars(prometheus: Prometheus, name: string): Promise<FoundExemplar[]> {
  const end = Math.ceil(Date.now() / 1000) + 5;
  const query = new URLSearchParams({ query: name, start: String(end - 600), end: String(end) });
  const response = await fetch(`${prometheus.url}/api/v1/query_exemplars?${query.toString()}`);
  const { data } = (await response.json()) as {
    data: { seriesLabels: { le: string }; exemplars: { labels: Record<string, string>; value: string }[] }[];
  };
  return data.flatMap(({ seriesLabels, exemplars: list }) =>
    list.map((each) => ({ ...each, le: seriesLabels.le === '+Inf' ? Infinity : Number(seriesLabels.le) })),
  );
}
