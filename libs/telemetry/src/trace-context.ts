/** Names of traces and spans (W3C Trace Context), and how the spans of one run find each other without being told. */
import { createHash, randomBytes } from 'node:crypto';

/** Place of a span: 32 and 16 hexadecimal digits. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

export interface IncomingTrace extends SpanPlace {
  readonly isSampled: boolean;
}

export const newTraceId = (): string => randomBytes(16).toString('hex');
export const newSpanId = (): string => randomBytes(8).toString('hex');

/** @returns what a `traceparent` field says; undefined when there is none or it says nothing valid */
export function parseTraceparent(field: unknown): IncomingTrace | undefined {
  if (typeof field !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = ''] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(field) ?? [];
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * The span that stands for a whole run. It follows from the run's id alone, so that every worker, and a master that came
 * later, hang their spans below it without a word between them.
 */
export function runPlace(runId: string): SpanPlace {
  const digits = createHash('sha256').update(`loadstar run ${runId}`).digest('hex');
  return { traceId: digits.slice(0, 32), spanId: digits.slice(32, 48) };
}
