/**
 * Standby: two masters on one store. The one that leads is killed at ten random moments of as many runs; it stands still
 * for longer than its lease and wakes up; it is asked to go. Each time the other one takes over, and what is started
 * again stands by.
 *
 * Seen red: without the look at `master_epochs` in every write (`SqlAccess.checkAuthor`) the woken master does what it was
 * asked while it was asleep: it deletes a run that the one that leads still shows. With workers that know one address only the
 * next leader never hears them: 1145 requests arrived and none was counted.
 */
import type { LiveFrame, LiveState, RunView } from '@loadstar/shared';
import { io } from 'socket.io-client';
import { eventually, pause } from '../support/eventually.js';
import { failOver } from '../support/fault/failover.js';
import { arrived } from '../support/fault/identity.js';
import { masterPair } from '../support/fault/master-pair.js';
import { ratePerUser } from '../support/fault/scene.js';

jest.setTimeout(600_000);

it('standby: whoever leads is killed at ten random moments of ten runs', async () => {
  await masterPair('standby-ten', 2, async (pair) => {
    const runTimeSeconds = 16;
    for (let round = 0; round < 10; round++) {
      await failOver(pair, { runTimeSeconds, atS: pair.random.between(0.1, runTimeSeconds - 0.1) });
    }
  });
});

it('standby: a leader that stood still is replaced, and what it does when it wakes up changes nothing', async () => {
  await masterPair('standby-asleep', 2, async (pair) => {
    const old = await pair.leader();
    const next = 1 - old;
    const users = 8;
    const earlier = await pair.load(old, { users: 1, runTimeSeconds: 1 });
    await pair.ended(old, earlier.id);
    await pair.expectWorkers(2);
    const { id } = await pair.load(old, { users, runTimeSeconds: 40 });
    await pair.at(pair.random.between(3, 5));
    const sleeper = pair.master(old);
    sleeper.process.kill('SIGSTOP');
    const asleepS = pair.elapsedS;
    // The first thing that it finds when it wakes up, before anybody can tell it that it was replaced.
    const asked = fetch(`${sleeper.url}/api/v1/runs/${earlier.id}`, { method: 'DELETE' }).then(
      ({ ok, status }) => ({ ok, status }),
      () => ({ ok: false, status: 0 }),
    );
    await eventually(async () => expect((await pair.health(next)).role).toBe('leader'), 15_000);
    await pair.at(asleepS + 14);
    sleeper.process.kill('SIGCONT');
    // It finds out, lets go of everything, and begins anew in the same process.
    const standby = { role: 'standby', leader: pair.master(next).url };
    await eventually(async () => expect(await pair.health(old)).toMatchObject(standby), 30_000);
    await pair.expectWorkers(2);
    // What is asked of it is done by the other one.
    await pair.call(old, 'PATCH', `/api/v1/runs/${id}`, { users: 4 });
    expect((await pair.call<RunView>(next, 'GET', `/api/v1/runs/${id}`)).users).toBe(4);
    const run = await pair.ended(old, id);
    expect(run).toMatchObject({ state: 'finished', unreportedAtMost: 0 });
    expect(sleeper.process.exitCode).toBeNull();
    await pair.expectExact(next, id);
    const witness = await pair.witness(id);
    const duringS = [asleepS, asleepS + 13] as const;
    const [fromMs, toMs] = [duringS[0] * 1000, duringS[1] * 1000];
    expect(arrived(witness, fromMs, toMs)).toBeGreaterThan(0.85 * users * ratePerUser * 13);
    // Either the one that leads did it, or nobody did.
    const { ok, status } = await asked;
    process.stdout.write(`  asked of the sleeper: answered by ${status}\n`);
    const known = await pair.call<RunView[]>(next, 'GET', '/api/v1/runs');
    expect(known.map((each) => each.id).toSorted()).toEqual((ok ? [id] : [id, earlier.id]).toSorted());
    // Who leads after that knows what is in the store, and not what somebody remembers.
    await pair.master(next).end('SIGTERM');
    expect(await pair.leader()).toBe(old);
    const stored = await pair.call<RunView[]>(old, 'GET', '/api/v1/runs');
    expect(stored.map((each) => [each.id, each.state])).toEqual(known.map((each) => [each.id, 'finished']));
  });
});

it('standby: the live feed comes through either, also while the leader changes', async () => {
  await masterPair('standby-live', 1, async (pair) => {
    const old = await pair.leader();
    const next = 1 - old;
    const frames: (string | undefined)[] = [];
    const { id } = await pair.load(old, { users: 2 });
    const socket = io(`${pair.master(next).url}/live`, { transports: ['websocket'], reconnectionDelay: 200 });
    socket.on('state', ({ run }: LiveState) => frames.push(run?.id));
    socket.on('frame', ({ run }: LiveFrame) => frames.push(run?.id));
    const seen = (count: number) =>
      eventually(() => expect(frames.filter((run) => run === id).length).toBeGreaterThan(count), 20_000);
    try {
      await seen(3);
      // Asked to go, it steps down, and nobody has to wait for its lease.
      const begunMs = performance.now();
      await pair.master(old).end('SIGTERM');
      await eventually(async () => expect((await pair.health(next)).role).toBe('leader'), 15_000, 50);
      process.stdout.write(`  stepped down and led again in ${Math.round(performance.now() - begunMs)} ms\n`);
      await pair.expectWorkers(1);
      await seen(frames.length + 3);
    } finally {
      socket.disconnect();
    }
    await pause(1_500);
    await pair.call(next, 'POST', `/api/v1/runs/${id}/stop`);
    expect(await pair.ended(next, id)).toMatchObject({ state: 'finished', unreportedAtMost: 0 });
    await pair.expectExact(next, id);
  });
});
