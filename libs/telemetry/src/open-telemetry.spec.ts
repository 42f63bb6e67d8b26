import { type Logger, LoadstarError, silentLogger, systemClock } from '@loadstar/shared';
import {
  answeredSpan,
  newSpanId,
  newTraceId,
  openTelemetry,
  parseTraceparent,
  readTelemetrySettings,
  runPlace,
} from './index.js';

const open = (source: Record<string, string>, logger: Logger = silentLogger) =>
  openTelemetry({ service: 'test', instance: '1', source, clock: systemClock, logger });

describe('OpenTelemetry’s settings', () => {
  it('leave it off, with nothing of the SDK loaded, unless an endpoint is named', async () => {
    jest.doMock('./otlp/open-otlp.js', () => {
      throw new Error('the SDK was loaded');
    });
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    expect(await open({})).toBeUndefined();
    expect(await open({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
    expect(await open({ ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' })).toBeUndefined();
    await expect(open(endpoint)).rejects.toThrow('the SDK was loaded');
    jest.dontMock('./otlp/open-otlp.js');
  });

  it('switch spans and metrics on one by one', () => {
    const traces = readTelemetrySettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' });
    expect(traces).toMatchObject({ traces: { protocol: 'http/protobuf' }, metrics: undefined });
    const both = readTelemetrySettings({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    });
    expect(both).toMatchObject({
      traces: { protocol: 'http/protobuf' },
      metrics: { protocol: 'http/json', isExponential: false },
      metricIntervalMs: 1_000,
      metricTimeoutMs: 1_000,
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318 please'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-1'],
  ])('are refused by name when they cannot be kept: %s=%s', async (name, value) => {
    const error = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', [name]: value }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(LoadstarError);
    expect((error as LoadstarError).message).toContain(name);
  });
});

describe('a receiver that is away', () => {
  it('costs a line in the log, and neither an error nor a long end', async () => {
    const warnings: object[] = [];
    const logger = { ...silentLogger, warn: (facts: object) => void warnings.push(facts) };
    const { OTEL_EXPORTER_OTLP_ENDPOINT: before } = process.env;
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:9';
    const telemetry = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, logger);
    if (before === undefined) delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    const span = { name: 'x', kind: 'internal', startMs: Date.now(), durationMs: 1 } as const;
    for (let i = 0; i < 5_000; i++) telemetry?.span({ ...span, traceId: newTraceId(), spanId: newSpanId() });
    const began = performance.now();
    await telemetry?.close();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(warnings.length).toBeLessThanOrEqual(1);
  });
});

describe('trace context', () => {
  const [trace, span] = ['a'.repeat(32), 'b'.repeat(16)];

  it('is read from its field, and not from anything else', () => {
    expect(parseTraceparent(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, isSampled: true });
    expect(parseTraceparent(`00-${trace}-${span}-00`)?.isSampled).toBe(false);
    for (const field of [
      undefined,
      '',
      `ff-${trace}-${span}-01`,
      `00-${'0'.repeat(32)}-${span}-01`,
      `00-${trace}-01`,
    ]) {
      expect(parseTraceparent(field)).toBeUndefined();
    }
  });

  it('puts a run in the same place wherever it is asked for', () => {
    expect(runPlace('run1')).toEqual(runPlace('run1'));
    expect(runPlace('run1')).not.toEqual(runPlace('run2'));
    expect(runPlace('run1')).toEqual({
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
      spanId: expect.stringMatching(/^[\da-f]{16}$/),
    });
  });

  it('decides whether an answer is recorded', () => {
    const call = { method: 'GET', route: '/users/:id', path: '/users/3', status: 503, endMs: 1_000, durationMs: 20 };
    expect(answeredSpan({ ...call, traceparent: `00-${trace}-${span}-01` }, false)).toMatchObject({
      traceId: trace,
      parentSpanId: span,
      name: 'GET /users/:id',
      startMs: 980,
      error: 'HTTP 503',
    });
    expect(answeredSpan({ ...call, traceparent: `00-${trace}-${span}-00` }, true)).toBeUndefined();
    expect(answeredSpan({ ...call, traceparent: undefined }, false)).toBeUndefined();
    expect(answeredSpan({ ...call, traceparent: undefined }, true)?.parentSpanId).toBeUndefined();
  });
});
