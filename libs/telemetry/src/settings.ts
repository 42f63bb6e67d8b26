/**
 * Whether OpenTelemetry is on, and how, by the variables that every OpenTelemetry SDK knows. Nothing of the SDK is loaded
 * to find out: an app for which it is off pays for this file alone.
 *
 * Endpoint, headers, time limit, compression, certificates and resource attributes are read by the SDK's own exporters.
 */
import { readConfig } from '@loadstar/shared';
import { z } from 'zod';

type Source = Readonly<Record<string, string | undefined>>;

const exporter = z.enum(['otlp', 'none'], 'otlp or none').default('otlp');
const protocol = z.enum(['http/protobuf', 'http/json'], 'http/protobuf or http/json');
const url = (what: string) => z.url({ protocol: /^https?$/, error: what });
const whole = (value: number, min: number, max: number) =>
  z.coerce.number(`a whole number ${min}..${max}`).int().min(min).max(max).default(value);

const schema = z.object({
  OTEL_SDK_DISABLED: z.enum(['true', 'false'], 'true or false').default('false'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('a base URL such as http://otel-collector:4318').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url('a URL such as http://otel-collector:4318/v1/traces').optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url('a URL such as http://otel-collector:4318/v1/metrics').optional(),
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol.optional(),
  /** The numbers are totals of a run; differences of them would not survive a lost export. */
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: z
    .string()
    .toLowerCase()
    .refine((text) => text === 'cumulative', 'cumulative, the only one')
    .optional(),
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: z
    .enum(['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'])
    .default('explicit_bucket_histogram'),
  OTEL_METRIC_EXPORT_INTERVAL: whole(60_000, 100, 3_600_000),
  OTEL_METRIC_EXPORT_TIMEOUT: whole(30_000, 100, 3_600_000),
  OTEL_BSP_SCHEDULE_DELAY: whole(5_000, 1, 3_600_000),
  OTEL_BSP_EXPORT_TIMEOUT: whole(30_000, 100, 3_600_000),
  OTEL_BSP_MAX_QUEUE_SIZE: whole(2_048, 1, 1_000_000),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: whole(512, 1, 100_000),
});

export type OtlpProtocol = z.output<typeof protocol>;

export interface TelemetrySettings {
  /** Undefined: no spans are sent. */
  readonly traces: { readonly protocol: OtlpProtocol } | undefined;
  /** Undefined: no metrics are sent. */
  readonly metrics: { readonly protocol: OtlpProtocol; readonly isExponential: boolean } | undefined;
  /** Milliseconds. */
  readonly metricIntervalMs: number;
  readonly metricTimeoutMs: number;
  readonly batch: {
    readonly delayMs: number;
    readonly timeoutMs: number;
    readonly queue: number;
    readonly size: number;
  };
}

/**
 * @returns undefined when nothing is to be sent: no endpoint is named, or it is switched off
 * @throws LoadstarError INVALID_CONFIG naming each variable and what it may be
 */
export function readTelemetrySettings(source: Source): TelemetrySettings | undefined {
  const read = readConfig(schema, source);
  const both = read.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const traces =
    read.OTEL_TRACES_EXPORTER === 'otlp' && (both || read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined);
  const metrics =
    read.OTEL_METRICS_EXPORTER === 'otlp' && (both || read.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT !== undefined);
  if (read.OTEL_SDK_DISABLED === 'true' || !(traces || metrics)) return undefined;
  const { OTEL_EXPORTER_OTLP_PROTOCOL: general } = read;
  const isExponential =
    read.OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION === 'base2_exponential_bucket_histogram';
  return {
    traces: traces ? { protocol: read.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? general } : undefined,
    metrics: metrics ? { protocol: read.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? general, isExponential } : undefined,
    metricIntervalMs: read.OTEL_METRIC_EXPORT_INTERVAL,
    // Longer than the interval is refused by the SDK.
    metricTimeoutMs: Math.min(read.OTEL_METRIC_EXPORT_TIMEOUT, read.OTEL_METRIC_EXPORT_INTERVAL),
    batch: {
      delayMs: read.OTEL_BSP_SCHEDULE_DELAY,
      timeoutMs: read.OTEL_BSP_EXPORT_TIMEOUT,
      queue: read.OTEL_BSP_MAX_QUEUE_SIZE,
      size: Math.min(read.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, read.OTEL_BSP_MAX_QUEUE_SIZE),
    },
  };
}
