// One pair of hooks sees every request: it counts, lets the witness note, and logs.
import type { Clock } from '@loadstar/shared';
import { answeredSpan, type Telemetry } from '@loadstar/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestLog } from '../logging/request-log.js';
import type { TargetMetrics } from '../metrics/target-metrics.js';
import type { Witness } from '../witness/witness.js';

export interface Observers {
  readonly metrics: TargetMetrics;
  /** Undefined when requests are not remembered. */
  readonly witness: Witness | undefined;
  /** Undefined when requests are not logged. */
  readonly log: RequestLog | undefined;
  /** Undefined when no spans are sent. */
  readonly tracing: { readonly telemetry: Telemetry; readonly clock: Clock } | undefined;
}

/** Must be called before any route is registered. */
export function observeRequests(instance: FastifyInstance, { metrics, witness, log, tracing }: Observers): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    if (isApi(request.url)) {
      metrics.requestArrived();
      if (witness) testify(witness, request);
    }
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    if (isApi(request.url)) metrics.requestAnswered(reply.statusCode, reply.elapsedTime / 1000);
    if (tracing) record(tracing.telemetry, tracing.clock.wallMs(), request, reply);
    if (log?.wants()) {
      const { method, url } = request;
      const bytes = Number(reply.getHeader('content-length') ?? 0);
      log.write({ method, url, status: reply.statusCode, durationMs: reply.elapsedTime, bytes });
    }
    done();
  });
}

/** Only for callers that ask for it: under load, a span for each request would be the load. */
function record(telemetry: Telemetry, endMs: number, request: FastifyRequest, reply: FastifyReply): void {
  const { method, url, headers, routeOptions } = request;
  const span = answeredSpan(
    {
      method,
      route: routeOptions.url,
      path: url.split('?', 1)[0] ?? '',
      status: reply.statusCode,
      traceparent: headers.traceparent,
      endMs,
      durationMs: reply.elapsedTime,
    },
    false,
  );
  if (span) telemetry.span(span);
}

const ownPaths = ['/metrics', '/health', '/witness'];

function isApi(url: string): boolean {
  for (const path of ownPaths) {
    if (url.startsWith(path) && (url.length === path.length || url[path.length] === '/' || url[path.length] === '?'))
      return false;
  }
  return true;
}

function testify(witness: Witness, { headers }: FastifyRequest): void {
  witness.note({
    run: single(headers['x-loadstar-run']),
    worker: single(headers['x-loadstar-worker']),
    sequence: single(headers['x-loadstar-sequence']),
  });
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
