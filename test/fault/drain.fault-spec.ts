/**
 * F19 drain: SIGTERM to a worker, twice in a row, and to every worker one after the other while others take over.
 *
 * Seen red: with `leaveInOrder` saying goodbye without ending the load the run owns up to 210 that may be missing; with the
 * second signal ignored by `runAppProcess` the impatient end takes the whole drain.
 */
import { arrived } from '../support/fault/identity.js';
import { eventually } from '../support/eventually.js';
import { expectDegraded, ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(240_000);

it('F19: replacing every worker by SIGTERM loses nothing, and no load comes of one that has left', async () => {
  await scene({ name: 'F19-rolling', workers: 2 }, async (stage) => {
    const users = 12;
    const { id } = await stage.load({ users });
    await stage.at(3);
    for (const old of [stage.worker(0), stage.worker(1)]) {
      await stage.addWorker();
      // By its code it was done within the time for a drain.
      const { code } = await old.app.end('SIGTERM');
      const gone = stage.elapsedMs;
      expect(code).toBe(0);
      const name = `${old.app.name}.`;
      const before = arrived(await stage.witness(id), 0, 1e6, (worker) => worker.startsWith(name));
      await stage.at(gone / 1000 + 2);
      const after = arrived(await stage.witness(id), 0, 1e6, (worker) => worker.startsWith(name));
      expect(after).toBe(before);
    }
    // The share was handed on each time: the newcomers carry all of it in the end.
    const newcomers = (worker: string): boolean => worker.startsWith('w3.') || worker.startsWith('w4.');
    await eventually(async () =>
      expect(arrived(await stage.witness(id), 0, 1e6, newcomers)).toBeGreaterThan(4 * users * ratePerUser),
    );
    const run = await stage.stop(id);
    expect(run.state).toBe('finished');
    expect(run.unreportedAtMost).toBe(0);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});

it('F19: a second signal ends a worker at once, and the run goes on degraded', async () => {
  await scene({ name: 'F19-twice', workers: 2, target: { TARGET_WELCOME_DELAY_MS: '9000' } }, async (stage) => {
    const { id } = await stage.load({ users: 4, runTimeSeconds: 14 });
    // Two of the four users are on each worker, and none has its answer yet.
    await eventually(async () =>
      expect(arrived(await stage.witness(id), 0, 1e6, (worker) => worker.startsWith('w1.'))).toBeGreaterThanOrEqual(2),
    );
    const { app: impatient } = stage.worker(0);
    impatient.process.kill('SIGTERM');
    await eventually(() => expect(impatient.log()).toContain('worker is shutting down'), 10_000, 20);
    const { code } = await impatient.end('SIGTERM');
    // A drain that comes to its end leaves with 0; one that is given up says so.
    expect(code).toBe(2);
    expect(impatient.log()).not.toContain('did not finish within the drain limit');
    const run = await stage.ended(id);
    expectDegraded(run);
    await stage.expectIdentity(id, { lost: 12, dup: 0, phantom: 0, bound: 40 });
  });
});
