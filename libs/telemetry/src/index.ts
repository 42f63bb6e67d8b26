/**
 * OpenTelemetry as an option: metrics and spans over OTLP/HTTP. Off unless OTEL_EXPORTER_OTLP_ENDPOINT names a receiver;
 * then, and only then, the SDK is loaded.
 *
 * ```ts
 * const telemetry = await openTelemetry({ service: 'loadstar-worker', instance: id, source: environment(), clock, logger });
 * telemetry?.exportMetrics(async () => ({ metrics: await register.getMetricsAsJSON() }));
 * telemetry?.span({ name: 'work', kind: 'internal', traceId: newTraceId(), spanId: newSpanId(), startMs, durationMs });
 * ```
 */
import { readTelemetrySettings } from './settings.js';
import type { OpenTelemetryOptions, Telemetry } from './telemetry.js';

/**
 * @returns undefined when the environment does not ask for it
 * @throws LoadstarError INVALID_CONFIG naming each variable and what it may be
 */
export async function openTelemetry(options: OpenTelemetryOptions): Promise<Telemetry | undefined> {
  const settings = readTelemetrySettings(options.source);
  if (!settings) return undefined;
  const { openOtlp } = await import('./otlp/open-otlp.js');
  return openOtlp(settings, options);
}

export { readTelemetrySettings, type TelemetrySettings } from './settings.js';
export type * from './telemetry.js';
export {
  type IncomingTrace,
  newSpanId,
  newTraceId,
  parseTraceparent,
  runPlace,
  type SpanPlace,
} from './trace-context.js';
export { answeredSpan, type AnsweredRequest } from './answered-span.js';
export { requestSpan, type TracedRun } from './request-span.js';
