/**
 * F6 Redis gone long, then full; and the store gone long. Nobody answers for 40 s although the connection stands (the
 * process is stopped), then Redis has no memory left for another key.
 *
 * Seen red: without a time limit of commands (`connectProducer`) the first refusal waited for a Redis that stood still until the
 * test gave up, after 240 s.
 */
import { Redis } from 'ioredis';
import { TestRedis } from '../support/redis-server.js';
import { startPrivatePostgres } from '../support/private-postgres.js';
import type { RunView } from '@loadstar/shared';
import { eventually } from '../support/eventually.js';
import { memoryOf } from '../support/fault/faults.js';
import { ratePerUser, type Scene, scene } from '../support/fault/scene.js';
import { expectAsIfNothingHappened } from '../support/fault/unbroken.js';

jest.setTimeout(240_000);

const users = 12;
const rate = users * ratePerUser;
const goneS = 40;
const mostGrowth = 50e6;

async function expectFlat(stage: Scene, before: number): Promise<void> {
  const growth = memoryOf(stage.master.pid) - before;
  process.stdout.write(`  the master grew by ${Math.round(growth / 1e6)} MB\n`);
  expect(growth).toBeLessThan(mostGrowth);
}

const queued = (stage: Scene): object => stage.request({ users: 2, runTimeSeconds: 2, queue: {} });

it('F6: without Redis for 40 s, and with a full one, runs go on, new ones are refused by code, memory stays flat', async () => {
  const redis = await TestRedis.start();
  try {
    await scene({ name: 'F6', workers: 2, master: { REDIS_URL: redis.url } }, async (stage) => {
      const seconds = goneS + 12;
      const { id } = await stage.load({ users, runTimeSeconds: seconds });
      await stage.at(5);
      const before = memoryOf(stage.master.pid);
      redis.pause();
      expect(await stage.refusal('/api/v1/runs', queued(stage))).toEqual({ status: 503, code: 'QUEUE_UNAVAILABLE' });
      await stage.at(5 + goneS);
      expect(await stage.refusal('/api/v1/runs', queued(stage))).toEqual({ status: 503, code: 'QUEUE_UNAVAILABLE' });
      redis.resume();
      await expectFlat(stage, before);
      await expectAsIfNothingHappened(stage, id, { rate, seconds });

      const client = new Redis(redis.url);
      try {
        await client.config('SET', 'maxmemory', '1mb');
        expect(await stage.refusal('/api/v1/runs', queued(stage))).toEqual({ status: 503, code: 'QUEUE_UNAVAILABLE' });
        await client.config('SET', 'maxmemory', '0');
      } finally {
        client.disconnect();
      }
      const last = await eventually(() => stage.post<RunView>('/api/v1/runs', queued(stage)));
      expect(await stage.ended(last.id)).toMatchObject({ state: 'finished' });
      await stage.expectIdentity(last.id, { lost: 0, dup: 0, phantom: 0 });
    });
  } finally {
    await redis.close();
  }
});

it('F6: without its store for 40 s a run goes on, and what waits for the store stays small', async () => {
  const postgres = await startPrivatePostgres();
  try {
    await scene({ name: 'F6-store', workers: 2, master: { DATABASE_URL: postgres.url } }, async (stage) => {
      const seconds = goneS + 12;
      const { id } = await stage.load({ users, runTimeSeconds: seconds });
      await stage.at(5);
      const before = memoryOf(stage.master.pid);
      await postgres.kill();
      await stage.at(5 + goneS);
      await expectFlat(stage, before);
      await postgres.start();
      await expectAsIfNothingHappened(stage, id, { rate, seconds });
    });
  } finally {
    await postgres.remove();
  }
});
