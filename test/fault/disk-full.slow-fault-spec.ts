/**
 * F16 disk full: the master's store, the folder of a report, and the file of Redis lie on a small disk that is filled in the
 * middle of a run.
 * Needs root, for the mount.
 *
 * Seen red: without the removal of what was written aside half a report stays. With changes of a run under
 * load refused while the store is full (`RunBook.write`) a run whose planned end came meanwhile was under load for ever.
 */
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView } from '@loadstar/shared';
import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { smallDisk } from '../support/fault/cgroup.js';
import { TestRedis } from '../support/redis-server.js';
import { ratePerUser, scene } from '../support/fault/scene.js';
import { expectAsIfNothingHappened } from '../support/fault/unbroken.js';

jest.setTimeout(180_000);

/** Takes all the space there is. @returns what gives it back */
function fill(folder: string): () => void {
  const file = join(folder, 'filler');
  const { bavail, bsize } = statfsSync(folder);
  let left = bavail * bsize;
  for (let size = left; size >= 4_096; size = Math.floor(Math.min(size / 2, left))) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Not so much in one piece; the file has what could be written of it.
    }
    left = statfsSync(folder).bavail * bsize;
  }
  return () => rmSync(file);
}

it('F16: with the store’s disk full the load goes on, and the result is stored when there is space again', async () => {
  await scene({ name: 'F16', workers: 0 }, async (stage) => {
    const folder = join(stage.folder, 'small');
    const unmount = smallDisk(folder, 16);
    try {
      await stage.faults.kill(stage.master);
      const onSmallDisk = { LOADSTAR_DATA_DIR: folder };
      await stage.startMaster(onSmallDisk);
      await Promise.all([stage.addWorker(), stage.addWorker()]);
      await stage.expectUsable(2);
      const [users, seconds] = [12, 16];
      const { id } = await stage.load({ users, runTimeSeconds: seconds });
      await stage.at(stage.draw(4, 5));
      const empty = fill(folder);
      await stage.at(9);
      expect(stage.master.log()).toContain('numbers cannot be stored');
      expect(await stage.refusal('/api/v1/runs', stage.request({ users: 1, queue: {} }))).toEqual({
        status: 503,
        code: 'STORE_UNAVAILABLE',
      });
      // Its planned end comes and goes, so that there is a result to be stored and no place for it.
      await stage.at(seconds + 3);
      empty();
      await expectAsIfNothingHappened(stage, id, { rate: users * ratePerUser, seconds });
      const before = await stage.ledger(id);
      await stage.faults.kill(stage.master);
      await stage.startMaster(onSmallDisk);
      // Killed before it had stored the result, the next master has it from the workers.
      await eventually(async () => expect(await stage.ledger(id)).toEqual(before), 60_000);
    } finally {
      await stage.faults.kill(stage.master);
      await unmount();
    }
  });
});

it('F16: a report that finds no space is refused by a code, leaves no half of itself, and is written when asked again', async () => {
  await scene({ name: 'F16-report', workers: 0 }, async (stage) => {
    const folder = join(stage.folder, 'reports');
    const unmount = smallDisk(folder, 2);
    try {
      const empty = fill(folder);
      const scenario = join(__dirname, 'scenarios/steady.ts');
      const run = (): ReturnType<typeof loadstar> =>
        loadstar([
          'run',
          scenario,
          '--host',
          stage.target.url,
          '--users',
          '2',
          '--spawn-rate',
          '10',
          '--run-time',
          '2s',
          '--headless',
          '--html',
          join(folder, 'report.html'),
        ]);
      const failed = await run().result;
      expect(failed.stderr).toContain('REPORT_NOT_WRITTEN');
      expect(failed.code).not.toBe(0);
      expect(readdirSync(folder)).toEqual(['filler']);
      empty();
      expect((await run().result).code).toBe(0);
      await eventually(() => expect(readdirSync(folder)).toEqual(['report.html']));
    } finally {
      await unmount();
    }
  });
});

it('F16: with the disk of Redis full no run is touched, what cannot be queued is refused by a code, and the rest runs once', async () => {
  const disk = mkdtempSync(join(tmpdir(), 'loadstar-redis-disk-'));
  const unmount = smallDisk(disk, 4);
  const redis = await TestRedis.start(undefined, disk);
  try {
    await scene({ name: 'F16-redis', workers: 2, master: { REDIS_URL: redis.url } }, async (stage) => {
      const [users, seconds] = [12, 16];
      const first = await stage.load({ users, runTimeSeconds: seconds, queue: {} });
      await stage.underLoad(first.id);
      await stage.at(3);
      const empty = fill(disk);
      const waiting: string[] = [];
      const ask = async (): Promise<void> => {
        const body = stage.request({ users: 2, runTimeSeconds: 1, queue: {} });
        waiting.push((await stage.post<RunView>('/api/v1/runs', body)).id);
      };
      // The last page of its file may have room for a few more.
      const refused = await eventually(async () => {
        const reason = await ask().then(
          () => 'accepted',
          (error: unknown) => String(error),
        );
        expect(reason).not.toBe('accepted');
        return reason;
      }, 30_000);
      expect(refused).toContain('503');
      expect(refused).toContain('QUEUE_UNAVAILABLE');
      await stage.at(9);
      empty();
      await eventually(ask, 30_000);
      await expectAsIfNothingHappened(stage, first.id, { rate: users * ratePerUser, seconds });
      process.stdout.write(`  F16-redis: ${waiting.length} were accepted beside it\n`);
      for (const id of waiting) {
        expect(await stage.ended(id, 90_000)).toMatchObject({ state: 'finished' });
        await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
      }
      const ran = (await stage.get<RunView[]>('/api/v1/runs')).filter(({ startedAt }) => startedAt !== null);
      expect(ran.map(({ id }) => id).toSorted()).toEqual([first.id, ...waiting].toSorted());
    });
  } finally {
    await redis.kill();
    await unmount();
    await redis.close();
  }
});
