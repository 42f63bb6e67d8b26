/**
 * F16 disk full: the master's store and the folder of a report lie on a small disk that is filled in the middle of a run.
 * Needs root, for the mount.
 *
 * Seen red: without the removal of what was written aside half a report stays. Meant to go red, not tried yet: with changes of a
 * run under load refused while the store is full, the run never ends.
 */
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { smallDisk } from '../support/fault/cgroup.js';
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
      expect(await stage.ledger(id)).toEqual(before);
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
