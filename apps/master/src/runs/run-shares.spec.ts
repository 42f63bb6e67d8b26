import fc from 'fast-check';
import { Scene } from '../testing/scene.js';

describe('shares over random joins, leaves, deaths and cuts', () => {
  // The seed is fixed so that the suite says the same each time; thousands of others have been tried.
  it('always add up to the whole, and the numbers to what was made', async () => {
    const step = fc.record({ act: fc.constantFrom('join', 'leave', 'kill', 'cut', 'wait'), which: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 60 }), async (steps, wanted) => {
        const scene = await Scene.open();
        try {
          await scene.worker('first');
          const run = await scene.create({ users: wanted, lossPolicy: 'rebalance' });
          await scene.seconds(2);
          const there = new Set(scene.workers);
          const untold = new Set<string>();
          for (const { act, which } of steps) {
            const one = [...there][which % there.size];
            if (!one) break;
            if (act === 'join') there.add(await scene.worker(`w${which}`));
            else if (act === 'wait') await scene.seconds(which % 5);
            else if (act === 'cut') {
              one.cut();
              // Without anybody else a worker that is lost is the end of the run.
              await scene.seconds(there.size > 1 ? which : which % 8);
              await scene.play(one.connect());
            } else if (there.size > 1) {
              there.delete(one);
              if (act === 'leave') await scene.play(one.leave());
              else {
                one.kill();
                untold.add(one.id);
              }
            }
            await scene.clock.advance(300);
          }
          await scene.seconds(14);
          const shares = [...there].map(({ work }) => work?.share);
          expect(new Set(shares.map((share) => share?.index))).toEqual(new Set(shares.keys()));
          expect(shares.every((share) => share?.of === there.size)).toBe(true);
          const users = [...there].map((worker) => worker.users);
          expect(users.reduce((sum, count) => sum + count, 0)).toBe(wanted);
          expect(scene.core.runs.stats().users).toBe(wanted);
          await scene.play(scene.core.runs.stop(run.id, 'enough'));
          await scene.seconds(2);
          const end = scene.core.runs.get(run.id);
          const missing = scene.made(run.id) - scene.core.runs.summary().total.requests;
          expect(end.state).toBe('finished');
          expect(missing).toBeGreaterThanOrEqual(0);
          expect(missing).toBeLessThanOrEqual(end.unreportedAtMost);
          if (untold.size === 0) expect(missing).toBe(0);
        } finally {
          await scene.close();
        }
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  }, 60_000);
});
