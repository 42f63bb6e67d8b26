/**
 * F12 a worker that stands still: SIGSTOP of a worker and its engine for 10 s and 14 s, then SIGCONT.
 *
 * Seen red: with the lease looked at by a timer of its own instead of before each dispatch, a worker of policy `rebalance` sends
 * a request of each user right after it wakes up. With `PeerLease.excuse` gone a stopped master loses everybody, and the run fails.
 */
import { pause } from '../support/eventually.js';
import { arrivedMeanwhile, highestIn } from '../support/fault/identity.js';
import { ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(120_000);

const users = 12;
const full = users * ratePerUser;

it.each([
  ['continue', 10],
  ['rebalance', 14],
] as const)(
  'F12: with policy %s a worker stopped for %i s loses nothing and makes up for nothing',
  async (lossPolicy, stopS) => {
    await scene({ name: `F12-${lossPolicy}`, workers: 2 }, async (stage) => {
      stage.pace();
      const { id } = await stage.load({ users, lossPolicy });
      await stage.at(stage.draw(4, 5));
      const goOn = stage.faults.pause(stage.worker(0).app);
      const stoppedMs = stage.elapsedMs;
      await stage.at(stoppedMs / 1000 + stopS);
      const wokenMs = stage.elapsedMs;
      await goOn();
      await stage.expectState(stage.worker(0).id, ['running', 'spawning'], 20_000);
      await stage.at(stage.elapsedMs / 1000 + 4);
      const lastMs = stage.elapsedMs;
      const run = await stage.stop(id);
      expect(run.state).toBe('finished');
      await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
      const witness = await stage.witness(id);
      // No second has more than a tenth more than the plan, but for what the machine held back and let go at once.
      const most = 1.1 * full + (full * Math.max(0, stage.heldUpMs - 200)) / 1_000;
      const highest = highestIn(witness, 1_000, 2_000, lastMs);
      process.stdout.write(
        `  F12: at most ${highest} of ${full} in a second, held up by ${Math.round(stage.heldUpMs)} ms\n`,
      );
      expect(highest).toBeLessThanOrEqual(most);
      const own = (fromMs: number, toMs: number): number =>
        arrivedMeanwhile(witness, fromMs, toMs, (worker) => worker.startsWith('w1.'));
      expect(own(stoppedMs + 500, wokenMs - 100)).toBe(0);
      // Its share is another's by then: nothing may begin before it was told one again, which takes a beat and its answer.
      if (lossPolicy === 'rebalance') expect(own(wokenMs - 100, wokenMs + 300)).toBe(0);
    });
  },
);

it('F12: a master that stands still for 12 s takes nobody for lost', async () => {
  await scene({ name: 'F12-master', workers: 2 }, async (stage) => {
    const { id } = await stage.load({ users });
    await stage.at(3);
    const goOn = stage.faults.pause(stage.master);
    await stage.at(15);
    await goOn();
    await stage.at(20);
    const run = await stage.stop(id);
    expect(run).toMatchObject({ state: 'finished', unreportedAtMost: 0 });
    expect(run.verdictReasons.join()).not.toContain('lost');
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});

it('F12: a scenario that spins for 2 s is no sign of death, and every planned arrival is begun or counted as dropped', async () => {
  await scene({ name: 'F12-spin', workers: 2 }, async (stage) => {
    const { id } = await stage.load({ scenario: 'spinner.ts' });
    const seen = new Set<string>();
    while (stage.elapsedMs < 10_000) {
      for (const { state } of await stage.workersSeen()) seen.add(state);
      await pause(100);
    }
    // The worker beats in a process of its own.
    expect([...seen]).not.toContain('suspect');
    await stage.ended(id);
    const { iterations, droppedArrivals, total } = await stage.get<{
      iterations: { started: number };
      droppedArrivals: number;
      total: { response: { maxMs: number }; service: { maxMs: number } };
    }>(`/api/v1/runs/${id}/summary`);
    process.stdout.write(`  F12-spin: begun ${iterations.started}, dropped ${droppedArrivals} of 560\n`);
    expect(iterations.started + droppedArrivals).toBe(40 * 14);
    expect(droppedArrivals).toBeGreaterThan(0);
    // Whoever arrived while it spun has waited, although the target answered at once.
    const { response, service } = total;
    process.stdout.write(
      `  F12-spin: at most ${response.maxMs} ms since the arrival, ${service.maxMs} ms of service\n`,
    );
    expect(response.maxMs).toBeGreaterThanOrEqual(2_000);
    expect(service.maxMs).toBeLessThan(response.maxMs);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});
