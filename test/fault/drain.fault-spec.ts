/**
 * F19 drain: SIGTERM to a worker, twice in a row, and to every worker one after the other while others take over; and to
 * the master in the middle of a run.
 *
 * Seen red: with `leaveInOrder` saying goodbye without ending the load the run owns up to 210 that may be missing; with the
 * second signal ignored by `runAppProcess` the impatient end takes the whole drain. With the API closed before the rest, as
 * Nest's `app.close()` does it by itself, callers are refused while the queue, the workers and the store are still held.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AppHandle } from '../support/apps.js';
import { eventually, pause } from '../support/eventually.js';
import { arrived, arrivedMeanwhile } from '../support/fault/identity.js';
import { Lateness } from '../support/fault/lateness.js';
import { expectDegraded, ratePerUser, type Scene, scene } from '../support/fault/scene.js';
import { TestRedis } from '../support/redis-server.js';
import { expectAsIfNothingHappened, expectBack } from '../support/fault/unbroken.js';

jest.setTimeout(240_000);

/** Drain limit and one second, milliseconds. */
const exitMs = 11_000;

/** Ends a process by a signal. @returns its code, and how long that took beyond what the machine held everybody up, milliseconds */
async function endedBy(stage: Scene, app: AppHandle): Promise<{ code: number | null; tookMs: number }> {
  const late = new Lateness();
  const fromMs = stage.elapsedMs;
  const { code } = await app.end('SIGTERM');
  const tookMs = stage.elapsedMs - fromMs - late.end();
  process.stdout.write(`  F19: ${app.name} was gone ${Math.round(tookMs)} ms after the signal\n`);
  return { code, tookMs };
}

it('F19: replacing every worker by SIGTERM loses nothing, and no load comes of one that has left', async () => {
  await scene({ name: 'F19-rolling', workers: 2 }, async (stage) => {
    const users = 12;
    stage.pace();
    const { id } = await stage.load({ users });
    await stage.at(3);
    for (const old of [stage.worker(0), stage.worker(1)]) {
      await stage.addWorker();
      const toldMs = stage.elapsedMs;
      // By its code it was done within the time for a drain.
      const { code, tookMs } = await endedBy(stage, old.app);
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(exitMs);
      const name = `${old.app.name}.`;
      await stage.at(stage.elapsedMs / 1000 + 2);
      // Nothing begins a tenth of a second after the signal; the witness counts in tenths, and the machine may be late.
      const lastMs = toldMs + 100 + stage.heldUpMs;
      const after = arrivedMeanwhile(await stage.witness(id), lastMs, 1e6, (worker) => worker.startsWith(name));
      expect(after).toBe(0);
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
    const { code, tookMs } = await endedBy(stage, impatient);
    expect(tookMs).toBeLessThan(1_000);
    // A drain that comes to its end leaves with 0; one that is given up says so.
    expect(code).toBe(2);
    expect(impatient.log()).not.toContain('did not finish within the drain limit');
    const run = await stage.ended(id);
    expectDegraded(run);
    await stage.expectIdentity(id, { lost: 12, dup: 0, phantom: 0, bound: 40 });
  });
});

it('F19: a master that is told to go goes, and the run that it leaves is seen through by the next one', async () => {
  await scene({ name: 'F19-master', workers: 2 }, async (stage) => {
    stage.pace();
    const [users, seconds] = [12, 16];
    const { id } = await stage.load({ users, runTimeSeconds: seconds });
    await stage.at(4);
    const told = stage.master;
    const answers: number[] = [];
    let last = '';
    const asking = (async () => {
      // Whoever asks is answered, or finds nobody; no answer is an error of its own.
      while (told.process.exitCode === null) {
        const response = await fetch(`${told.url}/health`).catch(() => undefined);
        if (response) answers.push(response.status);
        last = response ? 'answered' : 'refused';
        await pause(5);
      }
    })();
    const { code, tookMs } = await endedBy(stage, told);
    await asking;
    process.stdout.write(`  F19: answered ${answers.length} times until it was gone\n`);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(exitMs);
    expect(last).toBe('refused');
    expect(new Set(answers)).toEqual(new Set([200]));
    await stage.startMaster();
    await expectBack(stage, 2);
    await expectAsIfNothingHappened(stage, id, { rate: users * ratePerUser, seconds });
  });
});

/** When a line of a log was written, Unix milliseconds. */
function saidAtMs(log: string, message: string): number {
  const line = log.split('\n').find((each) => each.includes(message));
  const { time } = JSON.parse(line ?? '{}') as { time?: string | number };
  return new Date(time ?? NaN).getTime();
}

it('F19: of all that a master lets go of the API is the last: who asks is answered until then', async () => {
  const redis = await TestRedis.start();
  // How long a master waits for its queue to be let go of, milliseconds: a Redis that stands still makes it wait so long.
  const queueMs = 2_000;
  try {
    await scene({ name: 'F19-last', workers: 2, master: { REDIS_URL: redis.url } }, async (stage) => {
      const [users, seconds] = [12, 16];
      stage.pace();
      const { id } = await stage.load({ users, runTimeSeconds: seconds, queue: {} });
      await stage.underLoad(id);
      await stage.at(4);
      const told = stage.master;
      // The store's log of writes is there for as long as it is open.
      const journal = join(stage.folder, 'master/loadstar.db-wal');
      expect(existsSync(journal)).toBe(true);
      redis.pause();
      const [answers, changes]: [number[], number[]] = [[], []];
      let wasStoreHeld = false;
      const fromMs = stage.elapsedMs;
      let [firstRefusalMs, firstRefusalWallMs] = [Infinity, Infinity];
      const ending = endedBy(stage, told);
      await eventually(() => expect(told.log()).toContain('master is shutting down'), 10_000, 5);
      const asking = (async () => {
        while (told.process.exitCode === null) {
          const run = await fetch(`${told.url}/api/v1/runs/${id}`).catch(() => undefined);
          if (run) {
            answers.push(run.status);
            await run.text().catch(() => '');
            const stop = await fetch(`${told.url}/api/v1/runs/${id}/stop`, { method: 'POST' }).catch(() => undefined);
            if (stop) changes.push(stop.status);
          } else {
            firstRefusalMs = Math.min(firstRefusalMs, stage.elapsedMs);
            firstRefusalWallMs = Math.min(firstRefusalWallMs, Date.now());
            // What it holds after it has refused it has held when it refused.
            wasStoreHeld ||= existsSync(journal);
          }
          await pause(5);
        }
      })();
      const { code, tookMs } = await ending;
      await asking;
      redis.resume();
      process.stdout.write(
        `  F19: answered ${answers.length} times, refused ${Math.round(firstRefusalMs - fromMs)} ms after it was told\n`,
      );
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(exitMs);
      // While the queue was being let go of, it answered what changes nothing, and nothing else.
      expect(firstRefusalMs - fromMs).toBeGreaterThan(queueMs - 10);
      if (stage.heldUpMs < queueMs / 2) expect(answers[0]).toBe(200);
      expect(answers.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(changes.filter((status) => status !== 503)).toEqual([]);
      // The workers were let go of by then, and so was the store.
      expect(saidAtMs(told.log(), 'a worker’s connection closed')).toBeLessThanOrEqual(firstRefusalWallMs);
      expect(wasStoreHeld).toBe(false);
      await stage.startMaster();
      await expectBack(stage, 2);
      await expectAsIfNothingHappened(stage, id, { rate: users * ratePerUser, seconds });
    });
  } finally {
    await redis.close();
  }
});
