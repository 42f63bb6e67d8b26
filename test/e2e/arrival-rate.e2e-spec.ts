import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView } from '@loadstar/shared';
import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { metric } from '../support/swarm.js';

jest.setTimeout(300_000);

interface Summary {
  readonly iterations: { readonly started: number };
  readonly droppedArrivals: number;
  readonly total: { readonly requests: number };
  readonly rows: readonly { readonly method: string; readonly name: string; readonly requests: number }[];
}

describe('a run of arrivals through /api/v1', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      workers: 2,
      target: { TARGET_LIST_DELAY_MS: '40', TARGET_GET_DELAY_MS: '5', TARGET_CREATE_DELAY_MS: '5' },
    });
  });
  afterAll(() => platform?.stop());

  const send = async (method: string, path: string, body: object): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${platform.masterUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const ended = (id: string): Promise<RunView> =>
    eventually(async () => {
      const run = await platform.get<RunView>(`/api/v1/runs/${id}`);
      if (run.state !== 'finished') throw new Error(`run ${id} is ${run.state}`);
      return run;
    }, 180_000);
  const summaryOf = (id: string): Promise<Summary> => platform.get(`/api/v1/runs/${id}/summary`);

  it('does the shipped arrival-rate.ts as planned, and ends by itself', async () => {
    const before = await metric(platform.targetUrl, 'app_requests_total');
    const created = await send('POST', '/api/v1/runs', { scenario: 'arrival-rate.ts', host: platform.targetUrl });
    expect(created.status).toBe(201);
    const view = created.body as RunView;
    expect(view).toMatchObject({ users: null, shape: null });
    expect(view.scenarios?.map(({ name, executor }) => `${name}: ${executor}`)).toEqual([
      'browse: constant-arrival-rate',
      'write: ramping-arrival-rate',
    ]);
    const run = await ended(view.id);
    // Nothing is said against it, but what a machine that starves a worker for seconds has the platform say of that worker.
    const starved = run.verdictReasons.filter((reason) => /^worker worker-\d was overloaded: /.test(reason));
    expect(run.verdictReasons).toEqual(starved);
    expect(run.verdict).toMatch(starved.length === 0 ? /^passed$/ : /^(degraded|invalid)$/);

    const { iterations, droppedArrivals, total, rows } = await summaryOf(view.id);
    expect(droppedArrivals).toBe(0);
    expect(total.requests).toBe((await metric(platform.targetUrl, 'app_requests_total')) - before);
    expect(iterations.started).toBe(total.requests);
    // Up to 5 a second within 10 s and back: 50, at even distances.
    const writes = rows.filter(({ method }) => method === 'POST').reduce((sum, { requests }) => sum + requests, 0);
    expect(writes).toBe(50);
    // 20 a second for 30 s at random moments: a Poisson number, here within five of its deviations.
    expect(Math.abs(total.requests - writes - 600)).toBeLessThan(5 * Math.sqrt(600));
  });

  it('counts what it could not start: planned = started + dropped, and such a run is invalid', async () => {
    const created = await send('POST', '/api/v1/runs', {
      scenario: 'arrival-rate.ts',
      host: platform.targetUrl,
      scenarios: {
        rush: {
          executor: 'constant-arrival-rate',
          exec: 'Visitor.list',
          rate: 200,
          duration: '3s',
          preAllocatedVUs: 2,
          maxVUs: 2,
        },
      },
    });
    expect(created.status).toBe(201);
    const run = await ended((created.body as RunView).id);
    const { iterations, droppedArrivals } = await summaryOf(run.id);
    expect(iterations.started + droppedArrivals).toBe(600);
    // Two users, each busy for 40 ms with an arrival.
    expect(iterations.started).toBeLessThan(200);
    expect(run.verdictReasons.join()).toMatch(/\d+ of 600 planned arrivals .* were dropped/);
    expect(['invalid', 'failed']).toContain(run.verdict);
  });

  it('refuses scenarios with a mistake by its path, and more users than the ceiling', async () => {
    const ask = (scenarios: object) =>
      send('POST', '/api/v1/runs', { scenario: 'arrival-rate.ts', host: platform.targetUrl, scenarios });
    const open = { executor: 'constant-arrival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1 };
    expect(await ask({ a: { ...open, rate: 'many' } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', detail: expect.stringContaining('scenarios.a.rate') as string },
    });
    expect(await ask({ a: { ...open, maxVUs: 1_000_000 } })).toMatchObject({
      status: 400,
      body: { code: 'USER_CEILING' },
    });
  });
});

describe('a run of arrivals from the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-arrivals-'));
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ workers: 0, target: { TARGET_LIST_DELAY_MS: '20' } });
    writeFileSync(
      join(folder, 'open.ts'),
      `import { HttpUser, task, type Options } from 'loadstar';
       export class Visitor extends HttpUser {
         @task() async list() { await this.http.get('/users'); }
       }
       export const options: Options = {
         scenarios: {
           even: { executor: 'constant-arrival-rate', rate: 50, duration: '3s', preAllocatedVUs: 20 },
           late: { executor: 'constant-arrival-rate', rate: 100, duration: '1s', startTime: '1s', preAllocatedVUs: 20 },
         },
       };`,
    );
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (env: Record<string, string> = {}) =>
    loadstar(
      ['run', join(folder, 'open.ts'), '--host', platform.targetUrl, '--processes', '2', '--quiet', '--json'],
      env,
    ).result;

  it('starts or drops what was planned, over two engine processes', async () => {
    const { code, stdout, stderr } = await run();
    const summary = JSON.parse(stdout) as Summary;
    // A machine that stands still for a moment has more arrivals due at once than there are users, and that is told.
    const told = new RegExp(`^${summary.droppedArrivals} of 250 planned arrivals \\(.*\\) were dropped, .*\n$`);
    expect([code, stderr]).toEqual(summary.droppedArrivals === 0 ? [0, ''] : [98, expect.stringMatching(told)]);
    expect(summary.iterations.started + summary.droppedArrivals).toBe(250);
    expect(summary.total.requests).toBe(summary.iterations.started);
  });

  it('is refused when it may need more users than LOADSTAR_MAX_USERS', async () => {
    const { code, stderr } = await run({ LOADSTAR_MAX_USERS: '39' });
    expect(code).toBe(1);
    expect(stderr).toContain('40 users are more than the ceiling of 39');
  });
});
