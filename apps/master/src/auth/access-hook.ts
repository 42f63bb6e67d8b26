/**
 * The first thing every HTTP request meets, also those that are no Nest handler (console files, Swagger UI, unknown
 * paths): call limit, host name, and in token mode somebody we know. What each may do is the guard's business.
 */
import { LoadstarError } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gatekeeper } from './gatekeeper.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Served to strangers too. */
    loadstarPublic?: true;
  }
}

/** Route option for what is served to strangers outside Nest: the console's own files. */
export const publicRoute = { loadstarPublic: true } as const;

/** Handlers reachable without a token: liveness, readiness and the way in. */
export const publicPaths: readonly string[] = ['/health', '/health/ready', '/login'];

export function accessHook(gatekeeper: Gatekeeper) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const address = gatekeeper.addressOf(request.raw);
    gatekeeper.countCall(address);
    gatekeeper.checkHost(request.headers);
    const path = request.url.split('?', 1)[0] ?? '';
    if (publicPaths.includes(path) || request.routeOptions.config.loadstarPublic) return undefined;
    if (gatekeeper.admit(request.headers, address) !== undefined) return undefined;
    if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
      return reply.redirect('/login', 302);
    }
    void reply.header('www-authenticate', 'Bearer realm="loadstar"');
    throw new LoadstarError('UNAUTHENTICATED');
  };
}
