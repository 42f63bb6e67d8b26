/**
 * Sends over OTLP/HTTP by OpenTelemetry's own exporters. A receiver that is away costs what does not fit the queue, and a
 * line in the log once a minute; it never costs load.
 */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { type Logger, loadstarVersion, sleep } from '@loadstar/shared';
import type { TelemetrySettings } from '../settings.js';
import type { FinishedSpan, MetricSet, OpenTelemetryOptions, Telemetry } from '../telemetry.js';
import { otlpMetrics } from './prometheus-bridge.js';
import { sdkSpan } from './sdk-span.js';

const scope = { name: 'loadstar', version: loadstarVersion };
/** How long the last of it may take to send when the process ends, milliseconds; less than an app's drain. */
const closeMs = 3_000;
const complaintEveryMs = 60_000;

export function openOtlp(settings: TelemetrySettings, options: OpenTelemetryOptions): Telemetry {
  const { clock, logger } = options;
  complainTo(logger, options);
  const processBeganMs = clock.wallMs() - process.uptime() * 1000;
  const resource = resourceOf(options);
  const spans = settings.traces && spanProcessor(settings);
  let provider: MeterProvider | undefined;
  logger.info(
    { traces: settings.traces?.protocol, metrics: settings.metrics?.protocol },
    'OpenTelemetry is on: spans and metrics go out over OTLP',
  );
  return {
    isTracing: spans !== undefined,
    wantsExponential: settings.metrics?.isExponential ?? false,
    span: (span: FinishedSpan) => spans?.onEnd(sdkSpan(span, resource, scope)),
    exportMetrics: (source) => {
      if (!settings.metrics) return;
      const { isExponential } = settings.metrics;
      const collect = async (): Promise<CollectionResult> => {
        const set: MetricSet = await source();
        const metrics = otlpMetrics(set, { nowMs: clock.wallMs(), processBeganMs }, isExponential);
        return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };
      };
      provider = new MeterProvider({ resource, readers: [metricReader(settings, { collect })] });
    },
    close: async () => {
      const all = Promise.allSettled([spans?.shutdown(), provider?.shutdown()]);
      await Promise.race([all, sleep(clock, closeMs)]);
    },
  };
}

function spanProcessor({ traces, batch }: TelemetrySettings): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter: traces?.protocol === 'http/json' ? new JsonTraceExporter() : new ProtoTraceExporter(),
    scheduledDelayMillis: batch.delayMs,
    exportTimeoutMillis: batch.timeoutMs,
    maxQueueSize: batch.queue,
    maxExportBatchSize: batch.size,
  });
}

function metricReader(
  { metrics, metricIntervalMs, metricTimeoutMs }: TelemetrySettings,
  producer: { collect(): Promise<CollectionResult> },
): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: metrics?.protocol === 'http/json' ? new JsonMetricExporter() : new ProtoMetricExporter(),
    exportIntervalMillis: metricIntervalMs,
    exportTimeoutMillis: metricTimeoutMs,
    metricProducers: [producer],
  });
}

/** Who is talking; what the environment says of it counts more. */
function resourceOf({ service, instance }: OpenTelemetryOptions): Resource {
  const own = resourceFromAttributes({
    'service.name': service,
    'service.version': loadstarVersion,
    'service.instance.id': instance,
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}

/** The SDK's complaints, to the log: at most one a minute, because a receiver that is away is away for each export. */
function complainTo(logger: Logger, { clock }: OpenTelemetryOptions): void {
  let nextMs = -Infinity;
  const complain = (detail: string): void => {
    if (clock.nowMs() < nextMs) return;
    nextMs = clock.nowMs() + complaintEveryMs;
    logger.warn({ detail: detail.slice(0, 500) }, 'OpenTelemetry: an export failed; told once a minute');
  };
  const silent = (): void => {};
  const said = (message: string, ...rest: unknown[]): void => complain([message, ...rest].map(String).join(' '));
  diag.setLogger(
    { error: said, warn: said, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler((error) => complain(error instanceof Error ? error.message : JSON.stringify(error)));
}
