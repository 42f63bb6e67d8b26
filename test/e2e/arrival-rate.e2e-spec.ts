import type { RunView } from '@loadstar/shared';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { metric } from '../support/swarm.js';

jest.setTimeout(120_000);

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
    }, 90_000);
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
    expect(run).toMatchObject({ verdict: 'passed', verdictReasons: [] });

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
