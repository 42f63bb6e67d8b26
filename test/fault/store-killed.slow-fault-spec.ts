/**
 * F3 and F5 on PostgreSQL: the master killed and back with its store there, and the store killed and back under a master
 * that goes on. Each test has a server of its own, which nothing else knows.
 *
 * Seen red: in its first form the last test asked the next master at once, which had not met the workers yet: 392 of 640.
 * With changes of a run under load refused while the store is gone (`RunBook.write`) a run that came to its end meanwhile was
 * under load for ever.
 */
import type { RunView } from '@loadstar/shared';
import { type PrivatePostgres, startPrivatePostgres } from '../support/private-postgres.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { f3Workers, killTheMaster } from '../support/fault/kill-the-master.js';
import { ratePerUser, scene } from '../support/fault/scene.js';
import { allRuns, expectAsIfNothingHappened } from '../support/fault/unbroken.js';

jest.setTimeout(240_000);

let postgres: PrivatePostgres;
beforeEach(async () => {
  postgres = await startPrivatePostgres();
});
afterEach(() => postgres?.remove());

/** At one port, so that a master that is started again is at the place of the one that was killed, and need not wait for its lease. */
const onPostgres = async (): Promise<Record<string, string>> => ({
  DATABASE_URL: postgres.url,
  LOADSTAR_PORT: String(await freePort()),
});

it('F3 on PostgreSQL: a killed master comes back to its run: counts exactly equal, load unbroken, one run', async () => {
  await scene({ name: 'F3-postgres', workers: f3Workers, master: await onPostgres() }, killTheMaster);
});

it('F5 on PostgreSQL: the store killed and back: no effect on the load, a new run refused by code, counts exact', async () => {
  await scene({ name: 'F5-postgres', workers: 2, master: await onPostgres() }, async (stage) => {
    const [users, seconds] = [12, 22];
    const { id } = await stage.load({ users, runTimeSeconds: seconds });
    await stage.at(stage.draw(4, 6));
    await postgres.kill();
    const killedMs = stage.elapsedMs;
    // What is known is told all the while, and a run that could not be recorded is not begun.
    expect((await stage.get<RunView>(`/api/v1/runs/${id}`)).state).toMatch(/running|spawning/);
    const refusal = await stage.refusal('/api/v1/runs', stage.request({ users: 1, queue: {} }));
    expect(refusal).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    await stage.at(killedMs / 1_000 + 5);
    await postgres.start();
    await expectAsIfNothingHappened(stage, id, { rate: users * ratePerUser, seconds });
    expect(await allRuns(stage)).toEqual([id]);
    // It is as good as before: the next run goes through.
    const next = await stage.load({ users: 2, runTimeSeconds: 2 });
    await stage.ended(next.id);
    await stage.expectIdentity(next.id, { lost: 0, dup: 0, phantom: 0 });
  });
});

it('F5 on PostgreSQL: a store that is gone past the end of a run gets its result when it is back', async () => {
  await scene({ name: 'F5-postgres-end', workers: 2, master: await onPostgres() }, async (stage) => {
    const { id } = await stage.load({ users: 8, runTimeSeconds: 8 });
    await stage.at(stage.draw(4, 6));
    await postgres.kill();
    await stage.at(16);
    await postgres.start();
    await stage.ended(id);
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
    // Killed before it could store the result, the next master has it from the workers: they keep what is not durable.
    const before = await stage.ledger(id);
    await stage.faults.kill(stage.master);
    await stage.startMaster();
    await eventually(async () => expect(await stage.ledger(id)).toEqual(before), 60_000);
    expect(await stage.ended(id, 60_000)).toMatchObject({ unreportedAtMost: 0 });
    await stage.expectIdentity(id, { lost: 0, dup: 0, phantom: 0 });
  });
});
