import { LoadstarError, VirtualClock } from '@loadstar/shared';
import { io as connect } from 'socket.io-client';
import { readMasterConfig } from '../config/read-master-config.js';
import { type CallOptions, type FaceHarness, openFaces } from '../testing/face-harness.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { publicPaths } from './access-hook.js';
import { foreignOrigin, hostAllowed } from './cross-site.js';
import { Gatekeeper } from './gatekeeper.js';
import { TokenBook } from './credentials.js';

const tokens = { viewer: 'viewer-token-1', runner: 'runner-token-1', admin: 'admin-token-01' } as const;
const env = { LOADSTAR_TOKENS: `viewer:${tokens.viewer},runner:${tokens.runner},admin:${tokens.admin}` };
type Role = keyof typeof tokens;

/** Least role of every route; what is not listed here fails the test below. */
const rules: Record<string, Role | 'public'> = {
  'GET /': 'public',
  'GET /health': 'public',
  'GET /health/ready': 'public',
  'GET /login': 'public',
  'POST /login': 'public',
  'POST /logout': 'viewer',
  'GET /metrics': 'viewer',
  'POST /swarm': 'runner',
  'GET /stop': 'runner',
  'POST /stop': 'runner',
  'GET /stats/reset': 'runner',
  'POST /user': 'runner',
  'GET /stats/requests': 'viewer',
  'GET /stats/report': 'viewer',
  'GET /stats/requests/csv': 'viewer',
  'GET /stats/failures/csv': 'viewer',
  'GET /stats/requests_full_history/csv': 'viewer',
  'GET /exceptions': 'viewer',
  'GET /exceptions/csv': 'viewer',
  'GET /tasks': 'viewer',
  'GET /logs': 'viewer',
  'GET /worker-count': 'viewer',
  'POST /api/v1/runs': 'runner',
  'POST /api/v1/runs/plan': 'viewer',
  'GET /api/v1/runs': 'viewer',
  'GET /api/v1/runs/:id': 'viewer',
  'PATCH /api/v1/runs/:id': 'runner',
  'DELETE /api/v1/runs/:id': 'admin',
  'POST /api/v1/runs/:id/pause': 'runner',
  'POST /api/v1/runs/:id/resume': 'runner',
  'POST /api/v1/runs/:id/stop': 'runner',
  'POST /api/v1/stop': 'runner',
  'POST /api/v1/queue/hold': 'runner',
  'POST /api/v1/queue/release': 'runner',
  'POST /api/v1/runs/:id/stats/reset': 'runner',
  'GET /api/v1/runs/:id/stats': 'viewer',
  'GET /api/v1/runs/:id/summary': 'viewer',
  'GET /api/v1/runs/:id/series': 'viewer',
  'GET /api/v1/runs/:id/failures': 'viewer',
  'GET /api/v1/runs/:id/events': 'viewer',
  'GET /api/v1/runs/:id/exceptions': 'viewer',
  'GET /api/v1/runs/:id/report': 'viewer',
  'GET /api/v1/comparisons': 'viewer',
  'GET /api/v1/baselines': 'viewer',
  'PUT /api/v1/baselines/:name': 'runner',
  'DELETE /api/v1/baselines/:name': 'runner',
  'GET /api/v1/runs/:id/report.html': 'viewer',
  'GET /api/v1/queue': 'viewer',
  'GET /api/v1/fleet/desired': 'viewer',
  'POST /api/v1/schedules': 'runner',
  'GET /api/v1/schedules': 'viewer',
  'GET /api/v1/schedules/:id': 'viewer',
  'DELETE /api/v1/schedules/:id': 'runner',
  'GET /api/v1/workers': 'viewer',
  'GET /api/v1/scenarios': 'viewer',
  'GET /api/v1/scenarios/:name': 'viewer',
  'GET /api/v1/config': 'viewer',
  'GET /api/v1/audit': 'admin',
  'GET /api': 'viewer',
  'GET /api-json': 'viewer',
  'GET /api-yaml': 'viewer',
};

const rank = { public: -1, viewer: 0, runner: 1, admin: 2 };

describe('access with tokens', () => {
  let faces: FaceHarness;
  beforeAll(async () => {
    faces = await openFaces(env);
  });
  afterAll(() => faces.close());

  const code = async (response: Response): Promise<string | undefined> => {
    const type = response.headers.get('content-type') ?? '';
    return type.includes('json') ? ((await response.json()) as { code?: string }).code : undefined;
  };
  /** A path that exists for no `:id`, so that no call of the matrix changes anything. */
  const concrete = (path: string): string => path.replace(/:\w+/g, 'none');

  it('has a rule for every route there is', () => {
    const swagger = /^\/api\/(?!v1\/)/;
    const served = faces.routes.routes
      .filter(({ method, path }) => method !== 'HEAD' && method !== 'OPTIONS' && !swagger.test(path))
      .map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(served)].sort()).toEqual(Object.keys(rules).sort());
  });

  it('serves nothing to strangers but what is listed', () => {
    const open = Object.entries(rules).filter(([, role]) => role === 'public');
    expect(open.map(([route]) => route.split(' ')[1]).filter((path) => path !== '/')).toEqual(
      expect.arrayContaining([...publicPaths]),
    );
  });

  const cells = Object.entries(rules).flatMap(([route, needed]) =>
    [undefined, 'viewer', 'runner', 'admin'].map((role) => [role ?? 'nobody', route, needed] as const),
  );

  it.each(cells)('%s on %s (needs %s)', async (role, route, needed) => {
    const [method = '', path = ''] = route.split(' ');
    const token = role === 'nobody' ? undefined : tokens[role as Role];
    const sent: CallOptions = {
      ...(token === undefined ? {} : { token }),
      ...(method === 'PATCH' ? { body: { users: 1 } } : {}),
    };
    const response = await faces.call(method, concrete(path), sent);
    if (needed !== 'public' && role === 'nobody') {
      expect([response.status, await code(response)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(response.headers.get('www-authenticate')).toMatch('Bearer');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    } else if (needed !== 'public' && rank[role as Role] < rank[needed]) {
      expect([response.status, await code(response)]).toEqual([403, 'FORBIDDEN']);
    } else if (path !== '/login') {
      expect([401, 403]).not.toContain(response.status);
    }
    if (faces.runs.current()) faces.runs.finish();
  });

  it('sends people to the login page, and keeps them with a cookie that scripts cannot read', async () => {
    const turned = await faces.call('GET', '/stats/requests', { headers: { accept: 'text/html' } });
    expect([turned.status, turned.headers.get('location')]).toEqual([302, '/login']);
    expect(await (await faces.call('GET', '/login')).text()).toContain('<form');
    const login = await faces.call('POST', '/login', { form: { token: tokens.viewer } });
    expect([login.status, login.headers.get('location')]).toEqual([303, '/']);
    const cookie = login.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(tokens.viewer);
    const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
    expect((await faces.call('GET', '/stats/requests', { headers })).status).toBe(200);
    expect((await faces.call('GET', '/stop', { headers })).status).toBe(403);
    expect((await faces.call('POST', '/logout', { headers })).status).toBe(303);
    expect((await faces.call('GET', '/stats/requests', { headers })).status).toBe(401);
  });

  it('lets nobody watch the live feed without a token', async () => {
    const answerTo = (auth: object): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(`${faces.url}/live`, {
          transports: ['websocket'],
          auth,
          reconnection: false,
          forceNew: true,
        });
        const settle = (answer: string): void => {
          socket.close();
          resolve(answer);
        };
        socket.on('state', () => settle('state'));
        socket.on('connect_error', (error) => settle(String((error as { data?: { code?: string } }).data?.code)));
      });
    expect(await answerTo({})).toBe('UNAUTHENTICATED');
    expect(await answerTo({ token: 'guessed-wrong' })).toBe('UNAUTHENTICATED');
    expect(await answerTo({ token: tokens.viewer })).toBe('state');
  });

  it('tells the caller its role', async () => {
    const response = await faces.call('GET', '/api/v1/config', { token: tokens.runner });
    expect(await response.json()).toMatchObject({ auth: true, role: 'runner' });
  });

  it('answers the eleventh wrong try of a minute with 429, also a right token that is new there, and lets those go on that are not', async () => {
    const own = await openFaces(env);
    try {
      expect((await own.call('GET', '/tasks', { token: tokens.viewer })).status).toBe(200);
      for (let count = 0; count < 10; count++) {
        expect((await own.call('GET', '/tasks', { token: `wrong-${count}` })).status).toBe(401);
      }
      expect((await own.call('GET', '/tasks', { token: 'wrong-again' })).status).toBe(429);
      expect((await own.call('GET', '/tasks', { token: tokens.admin })).status).toBe(429);
      expect((await own.call('POST', '/login', { form: { token: tokens.admin } })).status).toBe(429);
      expect((await own.call('GET', '/tasks', { token: tokens.viewer })).status).toBe(200);
      expect((await own.call('GET', '/tasks', { token: 'wrong-again' })).status).toBe(429);
      expect((await own.call('GET', '/health')).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  const wrongFrom = async (own: FaceHarness, client: string, token = 'guessed'): Promise<number> =>
    (await own.call('GET', '/tasks', { token, headers: { 'x-forwarded-for': client } })).status;

  it('tells callers behind a trusted proxy apart', async () => {
    const own = await openFaces({ ...env, LOADSTAR_TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1' });
    try {
      for (let count = 0; count < 10; count++) expect(await wrongFrom(own, '203.0.113.7')).toBe(401);
      expect(await wrongFrom(own, '203.0.113.7')).toBe(429);
      // What the guesser writes in front of the proxy's own word changes nothing.
      expect(await wrongFrom(own, '198.51.100.1, 203.0.113.7', tokens.admin)).toBe(429);
      expect(await wrongFrom(own, '203.0.113.8', tokens.admin)).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('believes nobody else who says for whom a call is', async () => {
    const own = await openFaces({ ...env, LOADSTAR_TRUSTED_PROXIES: '10.0.0.0/8' });
    try {
      for (let count = 0; count < 10; count++) expect(await wrongFrom(own, `203.0.113.${count}`)).toBe(401);
      expect(await wrongFrom(own, '203.0.113.99')).toBe(429);
    } finally {
      await own.close();
    }
  });
});

describe('cross-site calls', () => {
  let faces: FaceHarness;
  beforeAll(async () => {
    faces = await openFaces();
  });
  afterAll(() => faces.close());

  const changes = [
    ['POST', '/swarm'],
    ['GET', '/stop'],
    ['POST', '/stop'],
    ['GET', '/stats/reset'],
    ['POST', '/user'],
    ['POST', '/login'],
    ['POST', '/api/v1/runs'],
    ['PATCH', '/api/v1/runs/none'],
    ['DELETE', '/api/v1/runs/none'],
    ['POST', '/api/v1/runs/none/stop'],
    ['POST', '/api/v1/stop'],
    ['POST', '/api/v1/queue/hold'],
    ['POST', '/api/v1/queue/release'],
    ['POST', '/api/v1/runs/none/stats/reset'],
    ['POST', '/api/v1/schedules'],
    ['DELETE', '/api/v1/schedules/none'],
  ] as const;
  const marks = [
    ['another origin', { origin: 'http://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['an image on another site', { 'sec-fetch-site': 'cross-site' }],
    ['an old browser on another site', { referer: 'http://evil.example/page' }],
  ] as const;

  it.each(changes.flatMap(([method, path]) => marks.map(([from, headers]) => [method, path, from, headers] as const)))(
    '%s %s is refused to %s',
    async (method, path, _from, headers) => {
      const before = faces.runs.asked.length;
      const response = await faces.call(method, path, { headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'CROSS_SITE' });
      expect(faces.runs.asked).toHaveLength(before);
    },
  );

  it.each([
    ['a script', {}],
    ['the console', (url: string) => ({ origin: url, 'sec-fetch-site': 'same-origin' })],
    ['a person who typed the address', { 'sec-fetch-site': 'none' }],
  ])('are let through for %s', async (_who, headers) => {
    const sent = typeof headers === 'function' ? headers(faces.url) : headers;
    expect((await faces.call('GET', '/stop', { headers: sent })).status).toBe(200);
  });

  it('reads stay possible, but no page of another site can read the answer', async () => {
    const response = await faces.call('GET', '/stats/requests', { headers: { origin: 'http://evil.example' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('refuses live feeds to pages of other sites', async () => {
    const error = await new Promise<Error | undefined>((resolve) => {
      const socket = connect(`${faces.url}/live`, {
        transports: ['websocket'],
        reconnection: false,
        extraHeaders: { origin: 'http://evil.example' },
      });
      socket.on('connect_error', (refused) => resolve(refused));
      socket.on('state', () => {
        socket.close();
        resolve(undefined);
      });
    });
    expect(error).toBeDefined();
  });
});

describe('the Host header on an open master', () => {
  const open = readMasterConfig({ LOADSTAR_ALLOWED_HOSTS: 'load.example' });
  const wide = readMasterConfig({ LOADSTAR_BIND: '0.0.0.0', LOADSTAR_AUTH: 'off' });
  const closed = readMasterConfig({ LOADSTAR_BIND: '0.0.0.0' });
  it.each([
    ['localhost:8089', true, true],
    ['127.0.0.1:8089', true, true],
    ['[::1]:8089', true, true],
    ['load.example', true, false],
    ['evil.example:8089', false, false],
    ['127.0.0.1.evil.example', false, false],
    ['10.0.0.5:8089', false, true],
    ['master:8089', false, true],
    ['', false, false],
    [undefined, false, false],
  ])('%s: on loopback %s, bound wider %s', (host, onLoopback, boundWider) => {
    expect(hostAllowed(host, open)).toBe(onLoopback);
    expect(hostAllowed(host, wide)).toBe(boundWider);
    expect(hostAllowed(host, closed)).toBe(true);
  });

  it('is what keeps a rebinding page out', () => {
    const gatekeeper = new Gatekeeper(open, new VirtualClock());
    expect(() => gatekeeper.checkHost({ host: 'evil.example:8089' })).toThrow(LoadstarError);
  });

  it('counts a request as own only when origin and host agree, port included', () => {
    expect(foreignOrigin({ host: 'localhost:8089', origin: 'http://localhost:8089' })).toBeUndefined();
    expect(foreignOrigin({ host: 'localhost:8089', origin: 'http://localhost:5001' })).toBe('http://localhost:5001');
  });
});

describe('counting tries', () => {
  it('forgets a window after a minute and keeps addresses apart', async () => {
    const clock = new VirtualClock();
    const limiter = new AttemptLimiter(clock, 2);
    expect([limiter.count('a'), limiter.count('a'), limiter.count('a')]).toEqual([true, true, false]);
    expect([limiter.exhausted('a'), limiter.exhausted('b')]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(limiter.exhausted('a')).toBe(false);
  });

  it('lets an address call 200 times a second and no more', async () => {
    const clock = new VirtualClock();
    const gatekeeper = new Gatekeeper(readMasterConfig({}), clock);
    for (let count = 0; count < 12_000; count++) gatekeeper.countCall('a');
    expect(() => gatekeeper.countCall('a')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }));
    gatekeeper.countCall('b');
    await clock.advance(60_000);
    gatekeeper.countCall('a');
  });

  it('holds a bounded number of addresses', () => {
    const limiter = new AttemptLimiter(new VirtualClock(), 1);
    for (let index = 0; index < 20_000; index++) limiter.count(`address-${index}`);
    expect(limiter.exhausted('address-0')).toBe(false);
    expect(limiter.exhausted('address-19999')).toBe(true);
  });

  it('finds the role of a token, the highest one when it has several', () => {
    const book = new TokenBook([
      { role: 'viewer', token: 'shared-token' },
      { role: 'admin', token: 'shared-token' },
    ]);
    expect([book.roleOf('shared-token'), book.roleOf('shared-toke'), book.roleOf('')]).toEqual([
      'admin',
      undefined,
      undefined,
    ]);
  });
});
