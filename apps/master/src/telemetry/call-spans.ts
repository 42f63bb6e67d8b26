/**
 * Spans of the API's calls: those of callers that trace, and those that change something. Consoles and scripts ask for
 * numbers every second, and nobody wants to read that.
 */
import type { Clock } from '@loadstar/shared';
import { answeredSpan, type Telemetry } from '@loadstar/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Locust's way to stop a run. */
const commands = new Set(['/stop']);

export function callSpans(telemetry: Telemetry, clock: Clock) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { method, url, headers, routeOptions } = request;
    const path = url.split('?', 1)[0] ?? '';
    const span = answeredSpan(
      {
        method,
        route: routeOptions.url,
        path,
        status: reply.statusCode,
        traceparent: headers.traceparent,
        endMs: clock.wallMs(),
        durationMs: reply.elapsedTime,
      },
      !reading.has(method) || commands.has(path),
    );
    if (span) telemetry.span(span);
    done();
  };
}
