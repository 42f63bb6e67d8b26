/** Decides of every call, and of every WebSocket, whether this master answers it or the one that leads. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { workersQuery } from '@loadstar/protocol';
import { LoadstarError, toProblem } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientHeader, passedHeader } from '../auth/client-addresses.js';
import type { Gatekeeper } from '../auth/gatekeeper.js';
import type { Duty } from './duty.js';
import { noticePath } from './replaced-notice.js';
import { passOn, passOnUpgrade } from './leader-proxy.js';

/** What is asked of this very process, whoever leads. */
const ownPaths: readonly string[] = ['/health', '/health/ready', '/metrics'];
/** Locust's way to change something by asking for it. */
const changingPaths: readonly string[] = ['/stop', '/stats/reset'];

/** A Fastify hook, to come before all others that judge calls. */
export function standbyHook(duty: Duty, gatekeeper: Gatekeeper) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const { raw } = request;
    const path = request.url.split('?', 1)[0] ?? '/';
    if (path === noticePath && request.method === 'POST') {
      try {
        gatekeeper.countCall(gatekeeper.addressOf(raw));
        if (!duty.takeNotice(request.headers)) throw new LoadstarError('UNAUTHENTICATED');
      } catch (error) {
        return done(error as Error);
      }
      void reply.status(204).send();
      return;
    }
    if (duty.isServing || ownPaths.includes(path)) return done();
    if (duty.isLeaving && changesNothing(request)) return done();
    const { leaderUrl } = duty;
    // Two that take each other for the leader must not do so for ever.
    if (leaderUrl === undefined || request.headers[passedHeader] !== undefined) {
      return done(new LoadstarError('NOT_LEADER', { leader: duty.leaderName }));
    }
    try {
      // The leader will see our own name, so a page whose name only leads here has to be caught here.
      gatekeeper.countCall(gatekeeper.addressOf(raw));
      gatekeeper.checkHost(raw.headers);
    } catch (error) {
      return done(error as Error);
    }
    reply.hijack();
    mark(raw, duty, gatekeeper);
    passOn(raw, reply.raw, { leaderUrl, answerMs: duty.answerMs }, () => refuse(reply, duty));
  };
}

/**
 * The same for WebSockets. Workers are not passed on: they go to the leader themselves.
 * @returns ends all that are passed on
 */
export function passUpgradesOn(server: HttpServer, duty: Duty, gatekeeper: Gatekeeper): () => void {
  type Listener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  const own = server.listeners('upgrade') as Listener[];
  const forWorkers = new URLSearchParams(workersQuery).toString();
  const passed = new Set<Duplex>();
  const endAll = (): void => {
    for (const socket of passed) socket.destroy();
  };
  // The leader that they lead to is gone, even if it should stand still with every connection open.
  duty.onServing(endAll);
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { leaderUrl, isServing } = duty;
    const isOwn = isServing || leaderUrl === undefined || (request.url ?? '').includes(forWorkers);
    if (isOwn || request.headers[passedHeader] !== undefined) {
      for (const listener of own) listener.call(server, request, socket, head);
      return;
    }
    try {
      gatekeeper.checkHost(request.headers);
    } catch {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    mark(request, duty, gatekeeper);
    passed.add(socket);
    socket.once('close', () => passed.delete(socket));
    passOnUpgrade(request, socket, head, leaderUrl);
  });
  return endAll;
}

/** So that the leader knows whom it is from, and believes it. */
function mark(request: IncomingMessage, { termKey = '1' }: Duty, gatekeeper: Gatekeeper): void {
  request.headers[clientHeader] = gatekeeper.addressOf(request);
  request.headers[passedHeader] = termKey;
}

/** Told by the route that would answer, because a path can be written in many ways. */
function changesNothing({ method, routeOptions }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !changingPaths.includes(routeOptions.url ?? '');
}

function refuse({ raw }: FastifyReply, { leaderName }: Duty): void {
  const error = new LoadstarError('NOT_LEADER', { leader: leaderName });
  raw.writeHead(error.entry.status, { 'content-type': 'application/problem+json; charset=utf-8' });
  raw.end(JSON.stringify(toProblem(error)));
}
