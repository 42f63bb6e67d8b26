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
import type { Clock, Logger } from '@loadstar/shared';
import { readTelemetrySettings } from './settings.js';
import type { Telemetry } from './telemetry.js';

export interface OpenTelemetryOptions {
  /** Name of the service unless OTEL_SERVICE_NAME gives another. */
  readonly service: string;
  /** Tells processes of one service apart. */
  readonly instance: string;
  /** The process's environment. */
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

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
