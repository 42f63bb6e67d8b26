import { silentLogger, sleep, systemClock } from '@loadstar/shared';
import { type FaceHarness, openFaces } from '../testing/face-harness.js';
import { BullQueue } from './bull-queue.js';
import { boardPath, queueBoard } from './queue-board.js';
import { TestRedis } from '../../../../test/support/redis-server.js';

jest.setTimeout(60_000);

describe('the queue board', () => {
  let redis: TestRedis;
  let port: BullQueue;
  let faces: FaceHarness;
  beforeAll(async () => {
    redis = await TestRedis.start();
    port = new BullQueue({ url: redis.url, clock: systemClock, logger: silentLogger, held: 10 });
    faces = await openFaces(
      { LOADSTAR_TOKENS: 'runner:runner-token,admin:admin-token' },
      { extend: async (app, gatekeeper) => void (await app.register(queueBoard(port, gatekeeper))) },
    );
    while (!port.isAvailable) await sleep(systemClock, 10);
    await port.enqueue({ id: 'run1', priority: 0 });
  });
  afterAll(async () => {
    await faces.close();
    await port.close();
    await redis.close();
  });

  it('is for admins only', async () => {
    expect((await faces.call('GET', boardPath)).status).toBe(401);
    const refused = await faces.call('GET', `${boardPath}/api/queues`, { token: 'runner-token' });
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  });

  it('shows its page with all its files, and the jobs', async () => {
    const token = 'admin-token';
    const page = await faces.call('GET', boardPath, { token });
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('Loadstar queue')]);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("base-uri 'self'");
    const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? '';
    const files = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect((await faces.call('GET', new URL(file, `${faces.url}${base}`).pathname, { token })).status).toBe(200);
    }
    const jobs = await (
      await faces.call('GET', `${boardPath}/api/queues?activeQueue=runs&status=prioritized`, { token })
    ).text();
    expect(jobs).toContain('run1');
  });

  it('changes nothing, and for another site nothing at all', async () => {
    const token = 'admin-token';
    const job = `${boardPath}/api/queues/runs/run-run1/clean`;
    expect((await faces.call('PUT', job, { token })).status).toBeGreaterThanOrEqual(400);
    const foreign = await faces.call('PUT', job, { token, headers: { origin: 'http://evil.example' } });
    expect([foreign.status, await foreign.json()]).toMatchObject([403, { code: 'CROSS_SITE' }]);
    expect(await port.list()).toHaveLength(1);
  });
});
