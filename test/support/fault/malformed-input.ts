import fc from 'fast-check';
import type { Scene } from './scene.js';

/** Requests that no well-meaning client would send, for every route that the master itself describes. */
export interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}

const nasty = fc.constantFrom<unknown>(
  null,
  -1,
  0,
  NaN,
  1e308,
  -0,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  '%00',
  '__proto__',
  [],
  {},
  true,
  { __proto__: null, constructor: { prototype: { isAdmin: true } } },
  Array(20_000).fill(0),
  'x'.repeat(50_000),
  JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)),
  JSON.parse('{"__proto__":{"polluted":1}}'),
);
export const value = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  fc.string({ unit: 'binary' }),
);
export const keys = fc.oneof(
  fc.constantFrom(
    'users',
    'spawnRate',
    'scenario',
    'host',
    'seed',
    'runTimeSeconds',
    'userClasses',
    'classWeights',
    'lossPolicy',
    'queue',
    'priority',
    'labels',
    'cron',
    'timezone',
    'run',
    'user_count',
    'spawn_rate',
    'run_time',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 20 }),
);
const bodies = fc.oneof(
  fc.dictionary(keys, value, { maxKeys: 8 }).map((body) => Buffer.from(JSON.stringify(body) ?? '')),
  value.map((body) => Buffer.from(JSON.stringify(body) ?? 'undefined')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from('{"users":'),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.alloc(2_000_000, 0x20),
  ),
);
const types = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/xml',
  '',
  'application/json; charset=utf-9',
);
const words = fc.string({ maxLength: 60 }).map((text) => encodeURIComponent(text));

/** Routes as the master itself describes them, `{id}` and all. */
export async function routesOf(stage: Scene): Promise<{ method: string; path: string }[]> {
  const { paths } = await stage.get<{ paths: Record<string, Record<string, unknown>> }>('/api-json');
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}

export function attempts(routes: readonly { method: string; path: string }[]): fc.Arbitrary<Attempt> {
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
  return fc
    .record({
      route: fc.constantFrom(...routes),
      other: fc.option(methods, { freq: 8 }),
      parameter: words,
      query: fc.option(
        fc.dictionary(
          words.filter((name) => name !== ''),
          words,
          { maxKeys: 5 },
        ),
      ),
      headers: fc.option(
        fc.record({ authorization: words, cookie: words, accept: words, 'if-none-match': words }, { requiredKeys: [] }),
      ),
      type: types,
      body: fc.option(bodies, { freq: 4 }),
    })
    .map(({ route, other, parameter, query, headers, type, body }) => {
      const search = query
        ? `?${Object.entries(query)
            .map(([name, text]) => `${name}=${text}`)
            .join('&')}`
        : '';
      const method = other ?? route.method;
      return {
        method,
        path: route.path.replaceAll(/\{[^}]+\}/g, parameter === '' ? '%20' : parameter) + search,
        headers: { ...headers, ...(body && type !== '' ? { 'content-type': type } : {}) },
        body: body && method !== 'GET' ? body : undefined,
      };
    });
}
