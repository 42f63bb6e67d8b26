/**
 * F2 all workers killed: `kill -9` of every worker, one of them restarts after 8 s.
 *
 * Seen red: with `RunEnding.ifNobodyIsLeft` gone the run never ends. It went red by itself while a run in which nobody was
 * heard still let newcomers in: on a fast machine the newcomer came before the others were lost, and carried the run on.
 */
import { ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(120_000);

const users = 12;
const workers = 3;
const mostLost = users * (ratePerUser + 1);

it('F2: a run without anybody left ends as failed, and a newcomer gets nothing of it', async () => {
  await scene({ name: 'F2', workers }, async (stage) => {
    const { id } = await stage.load({ users });
    await stage.at(stage.draw(4, 6));
    await Promise.all(stage.workers.map(({ app }) => stage.faults.kill(app)));
    const killedMs = stage.elapsedMs;
    await stage.at(killedMs / 1000 + 8);
    await stage.addWorker();
    const run = await stage.ended(id, 40_000);
    expect(stage.elapsedMs - killedMs).toBeLessThan(40_000);
    expect(run).toMatchObject({ state: 'failed', verdict: 'invalid' });
    expect(run.reason).toContain('no worker');
    // What the newcomer sends would show as a request of its own name; it is free for the next run.
    await stage.expectUsable(1);
    const names = (await stage.witness(id)).workers.map(({ worker }) => worker.split('.')[0]);
    expect(names.toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))).toEqual(['w1', 'w2', 'w3']);
    await stage.expectIdentity(id, { lost: 3 * mostLost, dup: 0, phantom: 0, bound: 4 * mostLost });
  });
});
