/**
 * F13 starved worker: one of four gets three hundredths of a core. F14 out of memory: the engine of one of two workers may
 * take 60 MB more, and its scenario hoards; the kernel kills it, the worker itself lives on.
 *
 * Both use control groups of Linux and need root.
 *
 * Seen red: with `MergedNumbers.died` counting nothing the run claims to lack nothing of a killed engine. With every
 * generator passed over by `judgeGenerators` of the verdict the starved worker is not named.
 */
import type { RunView } from '@loadstar/shared';
import { generatorLimits } from '@loadstar/stats';
import { eventually } from '../support/eventually.js';
import { limitCpu, limitMemory } from '../support/fault/cgroup.js';
import { childrenOf, memoryOf } from '../support/fault/faults.js';
import { expectDegraded, ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(180_000);

interface Summary {
  total: { requests: number };
  iterations: { started: number; finished: number };
  droppedArrivals: number;
}

it('F13: a starved worker is named, what it could not start is counted, and the run is no plain pass', async () => {
  const [rate, seconds] = [120, 20];
  await scene({ name: 'F13', workers: 4 }, async (stage) => {
    stage.pace();
    const { id } = await stage.load({ scenario: 'arrivals.ts' });
    await stage.at(stage.draw(3, 4));
    const starved = stage.worker(1);
    const free = limitCpu([starved.app.pid, ...childrenOf(starved.app.pid)], 3);
    const fromMs = stage.elapsedMs;
    try {
      // It shows while the run goes on.
      await eventually(async () => {
        const [own] = (await stage.workersSeen()).filter(({ id: worker }) => worker === starved.id);
        expect(own?.loopLagMs).toBeGreaterThan(generatorLimits.loopLagMs);
      }, 15_000);
      const shownMs = stage.elapsedMs - fromMs;
      process.stdout.write(`  F13: shown after ${Math.round(shownMs)} ms\n`);
      expect(shownMs).toBeLessThan(5_000 + stage.heldUpMs);
      await stage.at(19);
    } finally {
      await free();
    }
    const run = await stage.ended(id, 90_000);
    process.stdout.write(`  F13: ${run.verdict}: ${run.verdictReasons.join('; ')}\n`);
    // Which of the two depends on how many of its seconds were bad.
    expectDegraded(run);
    expect(run.verdictReasons.join()).toContain('worker w2 was overloaded');
    const { iterations, droppedArrivals } = await stage.get<Summary>(`/api/v1/runs/${id}/summary`);
    // Every arrival of the plan was either begun or counted as dropped.
    process.stdout.write(`  F13: begun ${iterations.started}, dropped ${droppedArrivals} of ${rate * seconds}\n`);
    expect(iterations.started + droppedArrivals).toBe(rate * seconds);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});

it('F14: an engine that the kernel kills costs what it had not told yet, and the run says how much that can be', async () => {
  const users = 12;
  const own = users / 2;
  await scene({ name: 'F14', workers: 2 }, async (stage) => {
    const { id } = await stage.load({ scenario: 'hoarder.ts', users, runTimeSeconds: 18 });
    await stage.at(3);
    const { app } = stage.worker(0);
    const engines = childrenOf(app.pid);
    expect(engines).toHaveLength(1);
    const free = limitMemory(engines, 60e6);
    let run: RunView;
    try {
      run = await stage.ended(id, 60_000);
    } finally {
      await free();
    }
    process.stdout.write(`  F14: ${run.verdict}, at most ${run.unreportedAtMost}: ${run.verdictReasons.join('; ')}\n`);
    expect(run.state).toBe('finished');
    expectDegraded(run);
    expect(run.verdictReasons.join()).toContain('SIGKILL');
    // The worker is there all the same, and can be given the next run.
    expect(app.process.exitCode).toBeNull();
    expect(memoryOf(app.pid)).toBeGreaterThan(0);
    await stage.expectUsable(2);
    const second = own * ratePerUser;
    await stage.expectIdentity(id, { lost: 2 * second, dup: 0, phantom: 0, bound: 4 * second });
    expect(run.unreportedAtMost).toBeGreaterThan(0);
  });
});
