import { type RunView } from '@loadstar/shared';
import { arrived, arrivedMeanwhile } from './identity.js';
import type { MasterPair } from './master-pair.js';
import { ratePerUser } from './scene.js';

const users = 8;

export interface Failover {
  readonly runTimeSeconds: number;
  /** Moment of the run at which its master is killed, seconds. */
  readonly atS: number;
}

/**
 * `kill -9` of the master that leads in the middle of a run, and what has to hold: the load goes on as planned and ends
 * on time, the other master sees the run through, its numbers are those of the target, and there is one record of it.
 */
export async function failOver(pair: MasterPair, { runTimeSeconds, atS }: Failover): Promise<void> {
  const old = await pair.leader();
  const next = 1 - old;
  const before = await pair.call<RunView[]>(old, 'GET', '/api/v1/runs');
  // Asked of the standby, which passes it on.
  const { id } = await pair.load(next, { users, runTimeSeconds });
  await pair.at(atS);
  await pair.master(old).end('SIGKILL');
  const killedS = pair.elapsedS;
  expect(await pair.leader(60_000)).toBe(next);
  const tookS = pair.elapsedS - killedS;
  const run = await pair.ended(next, id);
  const counted = await pair.expectExact(next, id);
  process.stdout.write(
    `  killed at ${killedS.toFixed(1)} s of ${runTimeSeconds}, led again after ${tookS.toFixed(1)} s, ` +
      `arrived ${counted}, counted ${counted}\n`,
  );
  expect(run).toMatchObject({ id, state: 'finished', unreportedAtMost: 0 });
  const records = await pair.call<RunView[]>(next, 'GET', '/api/v1/runs');
  expect(records).toHaveLength(before.length + 1);
  const witness = await pair.witness(id);
  const full = users * ratePerUser;
  // Unbroken while nobody led, and over when it was planned to be.
  const fromMs = 1000 * Math.max(1, Math.min(killedS, runTimeSeconds - 5));
  const kept = pair.kept(fromMs, fromMs + 4_000);
  expect(arrivedMeanwhile(witness, fromMs, fromMs + 4_000)).toBeGreaterThan(0.85 * kept * 4 * full);
  expect(arrived(witness, (runTimeSeconds + 1) * 1000 + pair.heldUpMs, 1e6)).toBe(0);
  expect(counted).toBeLessThanOrEqual(1.05 * full * runTimeSeconds + users);
  await pair.startMaster(old);
  expect(await pair.health(old)).toMatchObject({ role: 'standby', leader: pair.master(next).url });
}
