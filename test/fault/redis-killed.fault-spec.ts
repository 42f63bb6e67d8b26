/**
 * F5 Redis crash: `kill -9` of Redis in the middle of a run that came by the queue, with others waiting behind it, and
 * back five seconds later on what its append-only file holds.
 *
 * Seen red: with connections to Redis that do not try again the queue refuses runs for ever.
 */
import type { RunView } from '@loadstar/shared';
import { TestRedis } from '../support/redis-server.js';
import { eventually } from '../support/eventually.js';
import { ratePerUser, scene } from '../support/fault/scene.js';
import { allRuns, expectAsIfNothingHappened } from '../support/fault/unbroken.js';

jest.setTimeout(300_000);

const users = 12;
const seconds = 15;

it('F5: Redis killed and back: no effect on the load, refusals by code, and every accepted run runs once', async () => {
  const redis = await TestRedis.start();
  try {
    await scene({ name: 'F5', workers: 2, master: { REDIS_URL: redis.url } }, async (stage) => {
      stage.pace();
      const first = await stage.load({ users, runTimeSeconds: seconds, queue: {} });
      await stage.underLoad(first.id);
      const waiting: string[] = [];
      for (const priority of [0, 5]) {
        const { id } = await stage.post<RunView>(
          '/api/v1/runs',
          stage.request({ users: 2, runTimeSeconds: 2, queue: { priority } }),
        );
        waiting.push(id);
      }
      await stage.at(stage.draw(3, 5));
      await redis.kill();
      const killedMs = stage.elapsedMs;
      await eventually(async () => {
        const refusal = await stage.refusal('/api/v1/runs', stage.request({ users: 1, queue: {} }));
        expect(refusal).toMatchObject({ status: 503, code: 'QUEUE_UNAVAILABLE' });
      });
      expect((await fetch(`${stage.master.url}/health`)).status).toBe(200);
      await stage.at(killedMs / 1_000 + 5);
      await redis.start();
      const last = await eventually(() =>
        stage.post<RunView>('/api/v1/runs', stage.request({ users: 2, runTimeSeconds: 2, queue: { priority: -5 } })),
      );
      waiting.push(last.id);
      await expectAsIfNothingHappened(stage, first.id, { rate: users * ratePerUser, seconds });
      for (const id of waiting) {
        expect(await stage.ended(id, 60_000)).toMatchObject({ state: 'finished' });
        await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
      }
      // What was refused left nothing behind that could still run.
      const all = await stage.get<RunView[]>('/api/v1/runs');
      const ran = all
        .filter(({ startedAt }) => startedAt !== null)
        .toSorted((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''));
      const [low, high] = waiting;
      expect(ran.map(({ id }) => id)).toEqual([first.id, high, low, last.id]);
      expect((await allRuns(stage)).length).toBeGreaterThanOrEqual(4);
    });
  } finally {
    await redis.close();
  }
});
