/** Remembers which verbs each path has, to answer a wrong verb with 405 instead of 404, and so that tests can list all routes. */
import type { FastifyInstance } from 'fastify';

export interface RouteEntry {
  readonly method: string;
  /** Path with `:name` parameters, as registered. */
  readonly path: string;
}

export class RouteBook {
  readonly #entries: { method: string; path: string; pattern: RegExp }[] = [];

  /** Must be called before any route is registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const verb of Array.isArray(method) ? method : [method])
        this.#entries.push({ method: verb, path: url, pattern: patternOf(url) });
    });
  }

  get routes(): readonly RouteEntry[] {
    return this.#entries.map(({ method, path }) => ({ method, path }));
  }

  /** Verbs that the path answers to; a catch-all of static files does not count. */
  verbsOf(path: string): string[] {
    const fitting = this.#entries.filter((entry) => !entry.path.includes('*') && entry.pattern.test(path));
    return [...new Set(fitting.map(({ method }) => method))].sort();
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[A-Za-z0-9_]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}/?$`);
}
