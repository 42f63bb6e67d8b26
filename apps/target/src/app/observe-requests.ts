// One pair of hooks sees every request: it counts, lets the witness note, and logs.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestLog } from '../logging/request-log.js';
import type { TargetMetrics } from '../metrics/target-metrics.js';
import type { Witness } from '../witness/witness.js';

export interface Observers {
  readonly metrics: TargetMetrics;
  /** Undefined when requests are not remembered. */
  readonly witness: Witness | undefined;
  /** Undefined when requests are not logged. */
  readonly log: RequestLog | undefined;
}

/** Must be called before any route is registered. */
export function observeRequests(instance: FastifyInstance, { metrics, witness, log }: Observers): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    if (isApi(request.url)) {
      metrics.requestArrived();
      if (witness) testify(witness, request);
    }
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    if (isApi(request.url)) metrics.requestAnswered(reply.statusCode, reply.elapsedTime / 1000);
    if (log?.wants()) {
      const { method, url } = request;
      const bytes = Number(reply.getHeader('content-length') ?? 0);
      log.write({ method, url, status: reply.statusCode, durationMs: reply.elapsedTime, bytes });
    }
    done();
  });
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
