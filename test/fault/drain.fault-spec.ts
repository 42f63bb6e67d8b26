/**
 * F19 drain: SIGTERM to a worker, twice in a row, and to every worker one after the other while others take over.
 *
 * Seen red: with `leaveInOrder` saying goodbye without ending the load the run owns up to 210 that may be missing; with the
 * second signal ignored by `runAppProcess` the impatient end takes the whole drain.
 */
import { arrived } from '../support/fault/identity.js';
import { ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(120_000);

it('F19: replacing every worker by SIGTERM loses nothing, and no load comes of one that has left', async () => {
  await scene({ name: 'F19-rolling', workers: 2 }, async (stage) => {
    const users = 12;
    const { id } = await stage.load({ users });
    await stage.at(3);
    for (const old of [stage.worker(0), stage.worker(1)]) {
      await stage.addWorker();
      const sentMs = stage.elapsedMs;
      const { code } = await old.app.end('SIGTERM');
      const gone = stage.elapsedMs;
      expect(code).toBe(0);
      expect(gone - sentMs).toBeLessThan(15_000);
      const name = `${old.app.name}.`;
      const before = arrived(await stage.witness(id), 0, 1e6, (worker) => worker.startsWith(name));
      await stage.at(gone / 1000 + 2);
      const after = arrived(await stage.witness(id), 0, 1e6, (worker) => worker.startsWith(name));
      expect(after).toBe(before);
    }
    await stage.at(stage.elapsedMs / 1000 + 3);
    const run = await stage.stop(id);
    expect(run.state).toBe('finished');
    expect(run.unreportedAtMost).toBe(0);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
    // The share was handed on each time: the newcomers carry all of it in the end.
    const witness = await stage.witness(id);
    const carried = arrived(witness, 0, 1e6, (worker) => worker.startsWith('w3.') || worker.startsWith('w4.'));
    expect(carried).toBeGreaterThan(2 * users * ratePerUser);
  });
});

it('F19: a second signal ends a worker at once, and the run goes on degraded', async () => {
  await scene({ name: 'F19-twice', workers: 2, target: { TARGET_WELCOME_DELAY_MS: '9000' } }, async (stage) => {
    const { id } = await stage.load({ users: 4, runTimeSeconds: 14 });
    await stage.at(5);
    const [impatient] = stage.workers;
    impatient?.app.process.kill('SIGTERM');
    await stage.at(5.5);
    const sentMs = stage.elapsedMs;
    const { code } = (await impatient?.app.end('SIGTERM')) ?? {};
    expect(stage.elapsedMs - sentMs).toBeLessThan(4_000);
    expect(code).toBe(2);
    const run = await stage.ended(id);
    expect(run.verdict).toBe('degraded');
    await stage.expectIdentity(id, { lost: 12, dup: 0, phantom: 0, bound: 40 });
  });
});
