import { type Platform, startPlatform } from '../support/platform.js';
import { eventually } from '../support/eventually.js';
import { expectUsers, metric, readStats, rowsOf, stopSwarm, swarm, totalOf } from '../support/swarm.js';

jest.setTimeout(300_000);

describe('the main job', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ workers: 2 });
  });
  afterAll(() => platform?.stop());

  it('counts exactly what the target saw, and holds the mix of the scenario', async () => {
    const before = await metric(platform.targetUrl, 'app_requests_total');
    const answer = await swarm(platform.masterUrl, { user_count: 20, spawn_rate: 20, host: platform.targetUrl });
    expect(answer).toMatchObject({ success: true, message: 'Swarming started', host: platform.targetUrl });
    await expectUsers(platform.masterUrl, 20);
    // Of so many, the one task that each engine may be away from its shares is less than the bound below.
    await eventually(
      async () => expect(totalOf(await readStats(platform.masterUrl)).num_requests).toBeGreaterThan(150),
      120_000,
    );
    const stats = await stopSwarm(platform.masterUrl);

    const seen = (await metric(platform.targetUrl, 'app_requests_total')) - before;
    const counted = rowsOf(stats).reduce((sum, row) => sum + row.num_requests, 0);
    expect(counted).toBe(seen);
    expect(totalOf(stats)).toMatchObject({ num_requests: counted, num_failures: 0 });

    const share = (method: string, name: string): number => {
      const row = rowsOf(stats).find((candidate) => candidate.method === method && candidate.name === name);
      return (row?.num_requests ?? 0) / counted;
    };
    expect(Math.abs(share('GET', '/') - 1 / 6)).toBeLessThan(0.02);
    expect(Math.abs(share('GET', '/users') - 3 / 6)).toBeLessThan(0.02);
    expect(Math.abs(share('GET', '/users/[id]') - 1 / 6)).toBeLessThan(0.02);
    expect(Math.abs(share('POST', '/users') - 1 / 6)).toBeLessThan(0.02);
  });

  it('starts again after a stop, from zero', async () => {
    await swarm(platform.masterUrl, { user_count: 2, spawn_rate: 10, host: platform.targetUrl });
    const stats = await expectUsers(platform.masterUrl, 2);
    expect(totalOf(stats).num_requests).toBeLessThan(50);
    await stopSwarm(platform.masterUrl);
  });
});
