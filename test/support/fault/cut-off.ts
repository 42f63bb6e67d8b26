import { arrived, highestIn } from './identity.js';
import { ratePerUser, scene } from './scene.js';

const users = 12;
const full = users * ratePerUser;

const own = (worker: string): boolean => worker.startsWith('w1.');

/** F7: nothing passes between one of two workers and the master for a while; the target stays in reach. */
export async function cutOff(lossPolicy: 'continue' | 'rebalance', cutS: number): Promise<void> {
  await scene({ name: `F7-${lossPolicy}`, workers: 2 }, async (stage) => {
    const { id } = await stage.load({ users, lossPolicy });
    await stage.at(stage.draw(4, 5));
    const cut = stage.worker(0);
    const heal = await stage.faults.cut(cut.wire);
    const cutMs = stage.elapsedMs;
    await stage.expectState(cut.id, ['suspect', 'lost'], 7_000);
    await stage.at(cutMs / 1000 + 7.5);
    // It is not given up before its time: 10 s after its last sign of life, which was at most a second before the cut.
    expect(await stage.stateOf(cut.id)).toBe('suspect');
    if (cutS > 15) await stage.expectState(cut.id, ['lost'], 9_000);
    await stage.at(cutMs / 1000 + cutS);
    await heal();
    const healedMs = stage.elapsedMs;
    await stage.expectState(cut.id, ['running', 'spawning'], 20_000);
    await stage.at(stage.elapsedMs / 1000 + 4);
    const lastMs = stage.elapsedMs;
    const run = await stage.stop(id);

    expect(run.state).toBe('finished');
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
    const witness = await stage.witness(id);
    // Two workers on one share would show as half as much again.
    expect(highestIn(witness, 2_000, 2_000, lastMs)).toBeLessThanOrEqual(2 * 1.25 * full);
    // Up to the moment at which it has to fence itself, its load goes on as if nothing had happened.
    expect(arrived(witness, cutMs, cutMs + 6_000, own)).toBeGreaterThan(0.85 * 6 * (full / 2));
    const during = arrived(witness, cutMs + 10_000, healedMs - 500, own);
    if (lossPolicy === 'continue')
      expect(arrived(witness, cutMs, cutMs + 9_500, own)).toBeGreaterThan(0.85 * 9.5 * (full / 2));
    else {
      // Fenced, it is silent; and the other carries all of it.
      expect(during).toBe(0);
      const others = arrived(witness, cutMs + 13_500, healedMs - 500, (worker) => !own(worker));
      expect(others).toBeGreaterThan(0.85 * full * ((healedMs - 500 - cutMs - 13_500) / 1_000));
    }
  });
}
