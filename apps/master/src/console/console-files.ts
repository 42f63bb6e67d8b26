/**
 * Serves the built console at `/`: its files as they are, and a page that says what to do when it was not built. The
 * files hold nothing secret, so they need no token; what they show does, and the page asks for one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { publicRoute } from '../auth/access-hook.js';

const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Loadstar</title></head><body><h1>Loadstar</h1>
<p>The master runs, but its console was not built. Run <code>npm run build</code> and reload this page.</p>
<p>The <a href="/api">API</a> works all the same.</p></body></html>`;

/** Files under assets/ have a hash of their content in the name, so they never change. */
const yearSeconds = 31_536_000;

/** @param folder where the console's build lies; it may be missing */
export function consoleFiles(folder: string) {
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...publicRoute };
    });
    if (!existsSync(join(folder, 'index.html'))) {
      fastify.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(notBuilt));
      return;
    }
    await fastify.register(fastifyStatic, {
      root: folder,
      // One route a file, as it is at the start: nothing that appears later is served by accident.
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const forever = path.includes('/assets/');
        void reply.header('cache-control', forever ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
      },
    });
  };
}
