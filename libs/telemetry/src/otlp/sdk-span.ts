/** A span that has ended, in the form that the SDK's processors and exporters read. */
import { type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { type InstrumentationScope, millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { FinishedSpan } from '../telemetry.js';
import type { SpanPlace } from '../trace-context.js';

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

export function sdkSpan(
  span: FinishedSpan,
  resource: Resource,
  instrumentationScope: InstrumentationScope,
): ReadableSpan {
  const { traceId, spanId, parentSpanId, name, kind, startMs, error } = span;
  const durationMs = Math.max(0, span.durationMs);
  const context = contextOf({ traceId, spanId });
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parentSpanId === undefined ? {} : { parentSpanContext: contextOf({ traceId, spanId: parentSpanId }) }),
    startTime: millisToHrTime(startMs),
    endTime: millisToHrTime(startMs + durationMs),
    duration: millisToHrTime(durationMs),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: { ...span.attributes },
    events: (span.events ?? []).map(({ name: event, atMs, attributes }) => ({
      name: event,
      time: millisToHrTime(atMs),
      attributes: { ...attributes },
    })),
    links: (span.links ?? []).map((place) => ({ context: contextOf(place) })),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Only what is recorded gets here, so everything is sampled. */
function contextOf({ traceId, spanId }: SpanPlace): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}
