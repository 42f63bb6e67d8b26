import { type Platform, startPlatform } from '../support/platform.js';
import { eventually } from '../support/eventually.js';
import { type LocustRow, readStats, rowsOf, stopSwarm, swarm } from '../support/swarm.js';

jest.setTimeout(300_000);

describe('error simulation', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ workers: 1 });
  });
  afterAll(() => platform?.stop());

  it('counts expected 404 and 400 answers as successes and injected 5xx answers as failures', async () => {
    await swarm(platform.masterUrl, {
      user_count: 30,
      spawn_rate: 30,
      host: platform.targetUrl,
      scenario: 'error-simulation.ts',
    });
    const expectedErrors = ['/users/[invalid_id]', '/users/[invalid]'];
    await eventually(async () => {
      const rows = rowsOf(await readStats(platform.masterUrl));
      for (const name of [...expectedErrors, '/users/[valid_id]']) {
        expect(rows.find((row) => row.name === name)?.num_requests ?? 0).toBeGreaterThan(5);
      }
      expect(rows.some((row) => row.num_failures > 0)).toBe(true);
    });
    const stats = await stopSwarm(platform.masterUrl);
    const failing = (row: LocustRow): boolean => row.num_failures > 0;
    for (const name of [...expectedErrors, '/users/[valid_id]']) {
      expect(
        rowsOf(stats)
          .filter((row) => row.name === name)
          .some(failing),
      ).toBe(false);
    }
    expect(stats.errors.length).toBeGreaterThan(0);
    for (const { error } of stats.errors) expect(error).toMatch(/\b5\d\d\b/);
    const failures = rowsOf(stats).reduce((sum, row) => sum + row.num_failures, 0);
    expect(stats.errors.reduce((sum, row) => sum + row.occurrences, 0)).toBe(failures);
  });
});
