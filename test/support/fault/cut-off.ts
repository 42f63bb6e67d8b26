import { arrivedMeanwhile, highestIn } from './identity.js';
import { pause } from '../eventually.js';
import { ratePerUser, type Scene, scene } from './scene.js';

const users = 12;
const full = users * ratePerUser;

const own = (worker: string): boolean => worker.startsWith('w1.');

/** F7: nothing passes between one of two workers and the master for a while; the target stays in reach. */
export async function cutOff(lossPolicy: 'continue' | 'rebalance', cutS: number): Promise<void> {
  await scene({ name: `F7-${lossPolicy}`, workers: 2 }, async (stage) => {
    stage.pace();
    const { id } = await stage.load({ users, lossPolicy });
    await stage.at(stage.draw(4, 5));
    const cut = stage.worker(0);
    const heal = await stage.faults.cut(cut.wire);
    const cutMs = stage.elapsedMs;
    await expectSuspected(stage, cut.id, cutMs + 7_500);
    if (cutS > 15) await stage.expectState(cut.id, ['lost'], 30_000);
    await stage.at(cutMs / 1000 + cutS);
    await heal();
    const healedMs = stage.elapsedMs;
    await stage.expectState(cut.id, ['running', 'spawning'], 40_000);
    await stage.at(stage.elapsedMs / 1000 + 4);
    const lastMs = stage.elapsedMs;
    const run = await stage.stop(id);

    expect(run.state).toBe('finished');
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
    const witness = await stage.witness(id);
    // Two workers on one share would show as half as much again.
    expect(highestIn(witness, 2_000, 2_000, lastMs)).toBeLessThanOrEqual(2 * 1.25 * full);
    // Up to the moment at which it has to fence itself, its load goes on as if nothing had happened.
    const expectLoad = (part: number, fromMs: number, toMs: number, of: (worker: string) => boolean): void => {
      const seen = arrivedMeanwhile(witness, fromMs, toMs, of);
      expect(seen).toBeGreaterThan(0.85 * stage.kept(fromMs, toMs) * part * full * ((toMs - fromMs) / 1_000));
    };
    expectLoad(0.5, cutMs, cutMs + 6_000, own);
    const during = arrivedMeanwhile(witness, cutMs + 10_000, healedMs - 500, own);
    if (lossPolicy === 'continue') expectLoad(0.5, cutMs, cutMs + 9_500, own);
    else {
      // Fenced, it is silent; and the other carries all of it.
      expect(during).toBe(0);
      expectLoad(1, cutMs + 13_500, healedMs - 500, (worker) => !own(worker));
    }
  });
}

/** A worker that is not heard of is suspect after 3 s, and not given up before its time, which is 10 s. */
async function expectSuspected(stage: Scene, workerId: string, untilMs: number): Promise<void> {
  await stage.expectState(workerId, ['suspect'], 20_000);
  while (stage.elapsedMs < untilMs) {
    const worker = (await stage.workersSeen()).find(({ id }) => id === workerId);
    // By the master's clock, because the test may have been held up for longer than there is between the two.
    if (worker?.state === 'lost') expect(worker.lastSeenMs).toBeGreaterThanOrEqual(10_000);
    else expect(worker?.state).toBe('suspect');
    await pause(100);
  }
}
