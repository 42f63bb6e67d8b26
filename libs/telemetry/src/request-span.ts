/** The client span of a request of a run: parent of whatever the system under test records of it. */
import type { TracedExchange } from '@loadstar/shared';
import type { FinishedSpan } from './telemetry.js';
import { runPlace } from './trace-context.js';

export interface TracedRun {
  readonly runId: string;
  readonly scenario: string;
}

/** Each request is a trace of its own, and points to the run that it is of. */
export function requestSpan(exchange: TracedExchange, { runId, scenario }: TracedRun): FinishedSpan {
  const { traceId, spanId, method, name, outcome, error, status, endMs, serviceMs, responseMs } = exchange;
  const server = URL.canParse(exchange.url) ? new URL(exchange.url) : undefined;
  return {
    traceId,
    spanId,
    name: `${method} ${name}`,
    kind: 'client',
    startMs: endMs - serviceMs,
    durationMs: serviceMs,
    attributes: {
      'http.request.method': method,
      'url.full': exchange.url,
      'url.template': name,
      ...(server && { 'server.address': server.hostname, 'server.port': portOf(server) }),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      'http.response.body.size': exchange.bytesReceived,
      'loadstar.run_id': runId,
      'loadstar.scenario': scenario,
      'loadstar.outcome': outcome,
      // From when it was meant to be sent: longer than the span itself where the generator or its connections held it up.
      'loadstar.response_time_ms': responseMs,
      ...(error === undefined ? {} : { 'error.type': outcome }),
    },
    links: [runPlace(runId)],
    error,
  };
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
