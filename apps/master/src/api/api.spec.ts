import { latencyBoundsMs } from '@loadstar/stats';
import { type CallOptions, type FaceHarness, openFaces } from '../testing/face-harness.js';
import { openApiDocument } from './open-api.js';

describe('/api/v1', () => {
  let faces: FaceHarness;
  beforeEach(async () => {
    faces = await openFaces({ LOCUST_RUN_TIME: '1m' });
  });
  afterEach(() => faces.close());

  const call = (method: string, path: string, options: CallOptions = {}) =>
    faces.call(method, `/api/v1${path}`, options);
  const create = async (body: object = {}): Promise<{ id: string }> => {
    const response = await call('POST', '/runs', { body: { users: 20, spawnRate: 5, ...body } });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string };
  };

  it('lists runs page by page, newest first, each once', async () => {
    for (let n = 1; n <= 7; n++) {
      await create();
      faces.runs.finish();
    }
    const page = async (query: string): Promise<{ ids: string[]; next: string | undefined }> => {
      const response = await call('GET', `/runs${query}`);
      const ids = ((await response.json()) as { id: string }[]).map(({ id }) => id);
      return { ids, next: /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] };
    };
    expect(await page('')).toEqual({
      ids: ['run7', 'run6', 'run5', 'run4', 'run3', 'run2', 'run1'],
      next: undefined,
    });
    const first = await page('?limit=3');
    expect(first.ids).toEqual(['run7', 'run6', 'run5']);
    const second = await page(first.next ?? '');
    expect(second.ids).toEqual(['run4', 'run3', 'run2']);
    expect(await page(second.next ?? '')).toEqual({ ids: ['run1'], next: undefined });
    expect((await call('GET', '/runs?before=nobody')).status).toBe(404);
    for (const wrong of ['limit=0', 'limit=1001', 'limit=x']) {
      expect((await call('GET', `/runs?${wrong}`)).status).toBe(400);
    }
  });

  it('does not hand out a whole history unasked', async () => {
    for (let n = 1; n <= 201; n++) faces.runs.wait(`waiting${n}`, {});
    const response = await call('GET', '/runs');
    expect(await response.json()).toHaveLength(200);
    expect(response.headers.get('link')).toBe('<?limit=200&before=waiting2>; rel="next"');
  });

  it('sees a run through its whole life', async () => {
    const created = await call('POST', '/runs', {
      body: { scenario: 'shop.ts', users: 20, spawnRate: 5, runTimeSeconds: 60 },
    });
    expect([created.status, created.headers.get('location')]).toEqual([201, '/api/v1/runs/run1']);
    expect(await created.json()).toMatchObject({ id: 'run1', state: 'running', users: 20 });
    faces.runs.request('GET', '/a', 'ok', 10, 1);
    faces.runs.request('GET', '/a', 'timeout', 30, 2, 'timed out');
    faces.runs.exception('boom', 'at shop.ts:3', 'worker-1');

    const adjusted = await call('PATCH', '/runs/run1', { body: { users: 40, runTimeSeconds: null } });
    expect(await adjusted.json()).toMatchObject({ users: 40, spawnRate: 5, runTimeSeconds: 60 });
    expect(await (await call('GET', '/runs/run1/stats')).json()).toMatchObject({
      runId: 'run1',
      total: { requests: 2, failures: 1 },
    });
    expect(await (await call('GET', '/runs/run1/summary')).json()).toMatchObject({ schema: 1, total: { requests: 2 } });
    expect(await (await call('GET', '/runs/run1/failures')).json()).toMatchObject([
      { error: 'timed out', occurrences: 1 },
    ]);
    expect(await (await call('GET', '/runs/run1/exceptions')).json()).toMatchObject([
      { message: 'boom', workers: ['worker-1'] },
    ]);
    const points = (await (await call('GET', '/runs/run1/series')).json()) as { second: number }[];
    expect(points.map(({ second }) => second)).toEqual([0, 1, 2]);
    expect(await (await call('GET', '/runs/run1/series?from=2')).json()).toHaveLength(1);
    expect(await (await call('GET', '/runs/run1/series?from=0&to=2&step=2')).json()).toMatchObject([
      { second: 0, seconds: 2, requests: 1 },
      { second: 2, requests: 1, failures: 1 },
    ]);
    expect(await (await call('GET', '/runs/run1/series?from=1&to=1')).json()).toHaveLength(1);
    const report = await call('GET', '/runs/run1/report.html?download=1');
    expect(report.headers.get('content-type')).toMatch('text/html');
    expect(report.headers.get('content-disposition')).toMatch('.html');

    expect((await call('POST', '/runs/run1/stats/reset')).status).toBe(204);
    expect(await (await call('GET', '/runs/run1/stats')).json()).toMatchObject({ total: { requests: 0 } });
    const active = await call('DELETE', '/runs/run1');
    expect([active.status, await active.json()]).toMatchObject([409, { code: 'RUN_ACTIVE', retryable: true }]);
    const stopped = await call('POST', '/runs/run1/stop');
    expect([stopped.status, await stopped.json()]).toMatchObject([202, { state: 'stopping' }]);
    faces.runs.finish();
    expect(await (await call('GET', '/runs')).json()).toMatchObject([{ id: 'run1', state: 'finished' }]);
    expect((await call('DELETE', '/runs/run1')).status).toBe(204);
    expect(await (await call('GET', '/runs')).json()).toEqual([]);
  });

  it('tells workers, scenarios and settings', async () => {
    expect(await (await call('GET', '/workers')).json()).toMatchObject([{ id: 'worker-1' }, { id: 'worker-2' }]);
    expect(await (await call('GET', '/scenarios')).json()).toHaveLength(3);
    expect(await (await call('GET', '/scenarios/spike')).json()).toMatchObject({ name: 'spike.ts' });
    expect(await (await call('GET', '/scenarios/spike.ts')).json()).toMatchObject({
      description: { shapes: ['Spike'] },
    });
    expect(await (await call('GET', '/config')).json()).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      defaultScenario: 'shop.ts',
      defaults: { host: 'http://localhost:5001', users: 10, spawnRate: 2, runTimeSeconds: 60 },
      limits: { maxUsers: 100_000, maxRate: null },
      features: { latencyBoundsMs: [...latencyBoundsMs] },
      auth: false,
      role: 'admin',
    });
  });

  it('pauses and resumes, stops in a hurry, and tells what happened', async () => {
    await call('POST', '/runs', { body: { users: 3 } });
    expect(await (await call('POST', '/runs/run1/pause')).json()).toMatchObject({ id: 'run1', paused: true });
    expect(await (await call('POST', '/runs/run1/resume')).json()).toMatchObject({ id: 'run1', paused: false });
    expect(await (await call('GET', '/runs/run1/events')).json()).toMatchObject([
      { kind: 'paused', text: 'Paused.' },
      { kind: 'paused', text: 'Resumed.' },
    ]);
    expect((await call('POST', '/runs/run1/stop', { body: { graceMs: 0 } })).status).toBe(202);
    expect((await call('POST', '/runs/run1/stop', { body: { graceMs: -1 } })).status).toBe(400);
    expect(faces.runs.asked.slice(1)).toEqual(['pause run1', 'resume run1', 'stop run1 0']);
  });

  it('lets notes and tags be written to a run that is over, and nothing else', async () => {
    await call('POST', '/runs', { body: { tags: ['nightly'] } });
    faces.runs.finish();
    const answer = await call('PATCH', '/runs/run1', { body: { notes: 'slow disk', tags: ['nightly', 'v2'] } });
    expect(await answer.json()).toMatchObject({ notes: 'slow disk', tags: ['nightly', 'v2'] });
    expect((await call('PATCH', '/runs/run1', { body: { notes: 'x', users: 5 } })).status).toBe(409);
    expect(faces.runs.get('run1').notes).toBe('slow disk');
    for (const body of [{ tags: 'nightly' }, { tags: [''] }, { tags: ['a', 'a'] }, { notes: 'x'.repeat(4001) }]) {
      expect((await call('PATCH', '/runs/run1', { body })).status).toBe(400);
    }
  });

  it('tells what a run would ask for, and starts nothing', async () => {
    const plan = await call('POST', '/runs/plan', { body: { users: 20, spawnRate: 2, runTimeSeconds: 60 } });
    expect([plan.status, await plan.json()]).toMatchObject([200, { endSeconds: 60, peakUsers: 20 }]);
    expect((await call('POST', '/runs/plan', { body: { users: 0 } })).status).toBe(400);
    expect(faces.runs.asked).toEqual([]);
  });

  it('takes null for a run without an end', async () => {
    expect((await call('POST', '/runs', { body: { runTimeSeconds: null } })).status).toBe(201);
    expect(faces.runs.asked).toEqual(['create {"runTimeSeconds":null}']);
  });

  describe('bad input', () => {
    const problem = async (response: Response) => {
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      const body = (await response.json()) as { status: number; code: string; errors?: { field: string }[] };
      expect(body.status).toBe(response.status);
      return body;
    };

    it('names every wrong field at once', async () => {
      const body = { users: 'many', spawnRate: -1, colour: 'red', userClasses: ['A', 'A'], runTimeSeconds: 0 };
      const { status, code, errors } = await problem(await call('POST', '/runs', { body }));
      expect([status, code]).toEqual([400, 'INVALID_INPUT']);
      const fields = new Set(errors?.map(({ field }) => field));
      expect([...fields].sort()).toEqual(['colour', 'runTimeSeconds', 'spawnRate', 'userClasses', 'users']);
    });

    it.each([
      ['users', -1],
      ['users', 1.5],
      ['users', 'x'],
      ['spawnRate', 0],
      ['spawnRate', '5'],
      ['host', 7],
      ['scenario', ['a']],
      ['userClasses', 'Shopper'],
      ['owner', 'me'],
      ['__proto__x', 1],
    ])('refuses %s = %p by its name', async (field, value) => {
      const { code, errors } = await problem(await call('POST', '/runs', { body: { [field]: value } }));
      expect(code).toBe('INVALID_INPUT');
      expect(errors?.every((each) => each.field === field)).toBe(true);
      expect(faces.runs.asked).toEqual([]);
    });

    it('refuses a body that is no object, or is nested too deep', async () => {
      const deep = JSON.parse('{"labels":'.repeat(40) + '1' + '}'.repeat(40)) as object;
      for (const body of [[], 'text', 7, deep]) {
        const { code } = await problem(await call('POST', '/runs', { body }));
        expect(code).toBe('INVALID_INPUT');
      }
      expect(faces.runs.asked).toEqual([]);
    });

    it('refuses a thousand invented fields', async () => {
      const body = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field${index}`, index]));
      const { errors } = await problem(await call('POST', '/runs', { body }));
      // Enough to see what is wrong; the rest would only send back what came.
      expect(errors).toHaveLength(50);
    });

    it.each([
      ['POST', '/runs', { body: { users: 1e9 } }, 400, 'USER_CEILING'],
      ['POST', '/runs', { body: { host: 'localhost:5001' } }, 400, 'INVALID_HOST'],
      ['POST', '/runs', { body: { scenario: 'no.ts' } }, 404, 'SCENARIO_NOT_FOUND'],
      ['POST', '/runs', { body: { scenario: 'broken.ts' } }, 400, 'SCENARIO_COMPILE'],
      ['POST', '/runs', { body: '{"users":' }, 400, 'INVALID_INPUT'],
      ['POST', '/runs', { body: '{"__proto__":{"users":1}}' }, 400, 'INVALID_INPUT'],
      ['POST', '/runs', { body: `"${'x'.repeat(1024 * 1024)}"` }, 413, 'PAYLOAD_TOO_LARGE'],
      ['POST', '/runs', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['PATCH', '/runs/none', { body: { users: 1 } }, 404, 'NOT_FOUND'],
      ['PATCH', '/runs/none', { body: {} }, 400, 'INVALID_INPUT'],
      ['GET', '/runs/none', {}, 404, 'NOT_FOUND'],
      ['GET', '/runs/none/stats', {}, 404, 'NOT_FOUND'],
      ['GET', '/runs/none/report.html', {}, 404, 'NOT_FOUND'],
      ['POST', '/runs/none/stop', {}, 404, 'NOT_FOUND'],
      ['DELETE', '/runs/none', {}, 404, 'NOT_FOUND'],
      ['GET', '/scenarios/no.ts', {}, 404, 'SCENARIO_NOT_FOUND'],
      ['GET', '/scenarios/..%2f..%2fetc%2fpasswd', {}, 404, 'SCENARIO_NOT_FOUND'],
      ['GET', '/runs/none/series?from=-1', {}, 400, 'INVALID_INPUT'],
      ['GET', '/runs/none/series?from=x', {}, 400, 'INVALID_INPUT'],
      ['GET', '/runs/none/series?step=0', {}, 400, 'INVALID_INPUT'],
      ['GET', '/runs/none/series?to=1.5', {}, 400, 'INVALID_INPUT'],
      ['PUT', '/runs/none', { body: {} }, 405, 'METHOD_NOT_ALLOWED'],
      ['GET', '/nothing', {}, 404, 'NOT_FOUND'],
    ])('%s %s with %j is %d %s', async (method, path, options, status, code) => {
      expect(await problem(await call(method, path, options as CallOptions))).toMatchObject({ status, code });
    });

    it('says that there are no workers, and that trying again may help', async () => {
      faces.fleet.list = [];
      expect(await problem(await call('POST', '/runs', { body: {} }))).toMatchObject({
        code: 'NO_WORKERS',
        retryable: true,
      });
    });

    it('keeps the details of a bug to itself', async () => {
      faces.runs.list = () => {
        throw new TypeError('secret of the house');
      };
      const response = await call('GET', '/runs');
      const text = await response.text();
      expect([response.status, text.includes('secret of the house')]).toEqual([500, false]);
      expect(text).toContain('urn:loadstar:error:');
    });
  });

  it('answers a second start with the run that is active', async () => {
    await create();
    const response = await call('POST', '/runs', { body: {} });
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'RUN_ACTIVE' }]);
  });

  it('documents every route that it serves', async () => {
    const { paths } = openApiDocument(faces.app);
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const unlisted = ['GET /', 'POST /login', 'POST /logout', 'GET /api', 'GET /api-json', 'GET /api-yaml'];
    const swagger = /^\/api\/(?!v1\/)/;
    const served = faces.routes.routes
      .filter(({ method, path }) => !['HEAD', 'OPTIONS'].includes(method) && !swagger.test(path))
      .map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(served)].sort()).toEqual([...new Set([...documented, ...unlisted])].sort());
  });

  it('serves Swagger UI with what it needs, and the document', async () => {
    const page = await faces.call('GET', '/api');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching('text/html')]);
    const html = await page.text();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(html.match(/<script(?![^>]*\bsrc=)/)).toBeNull();
    for (const asset of html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)) {
      const response = await faces.call('GET', new URL(asset[1] ?? '', `${faces.url}/api`).pathname);
      expect(response.status).toBe(200);
    }
    expect(await faces.json('/api-json')).toMatchObject({
      openapi: expect.stringMatching(/^3\./),
      info: { title: 'Loadstar' },
    });
  });

  it('sends headers that keep browsers at bay', async () => {
    const response = await faces.call('GET', '/');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('strict-transport-security')).toBeNull();
    expect(await response.text()).toContain('npm run build');
  });

  it('compresses what is large', async () => {
    const response = await faces.call('GET', '/api-json', { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
  });

  it('tells its health with and without workers', async () => {
    expect(await faces.json('/health')).toMatchObject({ status: 'ok', workersReady: 2, workersTotal: 2, run: 'ready' });
    faces.fleet.list = [];
    expect(await faces.json('/health')).toMatchObject({ status: 'ok', workersReady: 0 });
    expect(await faces.json('/health/ready')).toEqual({ status: 'ok' });
  });
});
