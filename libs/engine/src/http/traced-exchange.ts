/** What is told of a request that the system under test was asked to record; only these pay for it. */
import type { TracedExchange } from '@loadstar/shared';
import type { Outcome } from '@loadstar/stats';
import type { HttpExchange } from './http-exchange.js';
import type { Trace } from './request-marks.js';

/** @param endMs wall-clock milliseconds */
export function tracedExchange(exchange: HttpExchange, trace: Trace, outcome: Outcome, endMs: number): TracedExchange {
  const { series, name, url, status, size, serviceMs, responseMs } = exchange;
  return {
    traceId: trace.id,
    spanId: trace.span,
    method: series.key.method,
    name,
    url: url.split(/[?#]/, 1)[0] ?? '',
    outcome,
    error: outcome === 'ok' ? undefined : (exchange.error ?? outcome),
    status,
    bytesReceived: size,
    endMs,
    serviceMs,
    responseMs,
  };
}
