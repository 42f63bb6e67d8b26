import { type Platform, startPlatform } from '../support/platform.js';
import { eventually } from '../support/eventually.js';
import { expectUsers, metric, readStats, stopSwarm, swarm, totalOf } from '../support/swarm.js';

jest.setTimeout(300_000);

describe('a fleet that changes while a test runs', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      workers: 2,
      master: { LOADSTAR_IDENTIFY: '1' },
      target: { TARGET_WITNESS: '1', TARGET_LIST_DELAY_MS: '5', TARGET_GET_DELAY_MS: '5', TARGET_CREATE_DELAY_MS: '5' },
    });
  });
  afterAll(() => platform?.stop());

  const usersPerWorker = async (expected: number[]): Promise<void> => {
    await eventually(async () => {
      const { workers } = await readStats(platform.masterUrl);
      const users = workers.filter(({ state }) => state !== 'missing').map(({ user_count: count }) => count);
      expect(users.toSorted((a, b) => b - a)).toEqual(expected);
    });
  };

  it('deals 21 users out as 11 and 10, hands on what a drained worker gives up, gives a newcomer its share', async () => {
    const before = await metric(platform.targetUrl, 'app_requests_total');
    const answer = await swarm(platform.masterUrl, { user_count: 21, spawn_rate: 10, host: platform.targetUrl });
    expect(answer.success).toBe(true);
    await expectUsers(platform.masterUrl, 21);
    await usersPerWorker([11, 10]);

    const leaving = platform.workers[0];
    const { code } = (await leaving?.end('SIGTERM')) ?? {};
    expect(code).toBe(0);
    await usersPerWorker([21]);

    await platform.addWorker();
    await usersPerWorker([11, 10]);

    const stats = await stopSwarm(platform.masterUrl);
    const seen = (await metric(platform.targetUrl, 'app_requests_total')) - before;
    expect(totalOf(stats).num_requests).toBe(seen);

    const witness = (await (await fetch(`${platform.targetUrl}/witness/${answer.run_id}`)).json()) as {
      workers: { distinct: number; duplicates: number }[];
    };
    expect(witness.workers.reduce((sum, worker) => sum + worker.distinct, 0)).toBe(seen);
    expect(witness.workers.every(({ duplicates }) => duplicates === 0)).toBe(true);
  });
});
