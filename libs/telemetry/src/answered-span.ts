/** The span of a request that one of our own servers has answered. */
import type { FinishedSpan } from './telemetry.js';
import { newSpanId, newTraceId, parseTraceparent } from './trace-context.js';

export interface AnsweredRequest {
  readonly method: string;
  /** Pattern of the route, such as `/users/:id`; undefined when none fitted. */
  readonly route: string | undefined;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly status: number;
  /** Its `traceparent` field. */
  readonly traceparent: unknown;
  /** Wall-clock milliseconds of the end, and how long it took. */
  readonly endMs: number;
  readonly durationMs: number;
}

/**
 * @param alone whether a request that belongs to no trace begins one
 * @returns undefined when its caller does not want it recorded
 */
export function answeredSpan(request: AnsweredRequest, alone: boolean): FinishedSpan | undefined {
  const parent = parseTraceparent(request.traceparent);
  if (parent ? !parent.isSampled : !alone) return undefined;
  const { method, route, path, status, durationMs, endMs } = request;
  return {
    traceId: parent?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    parentSpanId: parent?.spanId,
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    startMs: endMs - durationMs,
    durationMs,
    attributes: {
      'http.request.method': method,
      'url.path': path,
      'http.response.status_code': status,
      ...(route === undefined ? {} : { 'http.route': route }),
    },
    // A server is not at fault for what its caller did wrong (semantic conventions for HTTP).
    error: status >= 500 ? `HTTP ${status}` : undefined,
  };
}
