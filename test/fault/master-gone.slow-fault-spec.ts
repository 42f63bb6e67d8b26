/**
 * F4 the master never returns: `kill -9` of the master in the middle of a run, and no other one. The workers end by
 * themselves; when somebody starts everything again much later, their numbers are taken in.
 *
 * Seen red: without the write of the final snapshot what is on disk is not the last word.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSnapshot } from '@loadstar/stats';
import { eventually } from '../support/eventually.js';
import { balance } from '../support/fault/identity.js';
import { ratePerUser, type Scene, scene } from '../support/fault/scene.js';

jest.setTimeout(240_000);

const users = 8;

async function seenBy(stage: Scene, runId: string): Promise<number> {
  return balance(await stage.witness(runId), { requests: 0, unsent: 0, unreportedAtMost: 0 }).seen;
}

/** Requests in the last numbers that workers left on their disks. */
function keptBy(stage: Scene): number {
  const kept = stage.workers.map(({ dataDir }) => {
    const [name = ''] = readdirSync(dataDir).filter((file) => file.endsWith('.numbers'));
    const bytes = readFileSync(join(dataDir, name));
    const { header, stats } = decodeSnapshot(bytes.subarray(bytes.indexOf(0x0a) + 1));
    expect(header.final).toBe(true);
    return [...stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0);
  });
  return kept.reduce((sum, requests) => sum + requests, 0);
}

it('F4: without a master the load ends by itself after 30 s, the workers end, and their numbers are on disk, exactly', async () => {
  await scene({ name: 'F4', workers: 2 }, async (stage) => {
    const { id } = await stage.load({ users });
    await stage.at(stage.draw(3, 5));
    await stage.faults.kill(stage.master);
    const killedS = stage.elapsedMs / 1000;
    await stage.at(killedS + 25);
    // It goes on as planned for as long as a master may come back.
    expect(await seenBy(stage, id)).toBeGreaterThan(0.8 * users * ratePerUser * (killedS + 25));
    await eventually(() => {
      expect(stage.workers.map(({ app }) => app.process.exitCode)).toEqual([0, 0]);
    }, 60_000);
    const seen = await seenBy(stage, id);
    expect(seen).toBeLessThan(1.2 * users * ratePerUser * (killedS + 32));
    expect(keptBy(stage)).toBe(seen);

    await stage.startMaster();
    await Promise.all([stage.addWorker({}, 'w1'), stage.addWorker({}, 'w2')]);
    await stage.ended(id, 60_000);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
    for (const { dataDir } of stage.workers) expect(readdirSync(dataDir)).toEqual([]);
    // They are free for whatever comes next.
    await stage.expectUsable(2);
  });
});
