/**
 * An engine process killed: one of the two engines of one of two workers gets `kill -9` in the middle of a run.
 *
 * The engine takes its users with it and nothing else: its worker stays in the run with the other engine, nobody takes
 * the lost users over behind the run's back, nothing is asked twice, and the run says why it is worth less.
 *
 * With the policy `rebalance` the worker replaces the engine, and the load is whole again; nothing is made up for.
 *
 * Seen red: with the replacement left out three quarters of the load go on under `rebalance` too; with nothing counted for what a dead engine hid (`MergedNumbers.died`) the run says that at most 0 are unreported,
 * but 25 are.
 */
import { readFileSync } from 'node:fs';
import { childrenOf } from '../support/fault/faults.js';
import { arrivedMeanwhile } from '../support/fault/identity.js';
import { expectDegraded, ratePerUser, type Scene, scene } from '../support/fault/scene.js';

jest.setTimeout(240_000);

const users = 20;
const engines = 4;
/** Of one engine: its requests in one second, and those in flight. */
const mostLost = (users / engines) * (ratePerUser + 1);

/** Kills one of the engines of the stage's second worker. @returns the run time then, milliseconds */
function killEngine(stage: Scene): number {
  const [victim] = childrenOf(stage.worker(1).app.pid).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine-main'),
  );
  if (victim === undefined) throw new Error('the worker has no engine process');
  process.kill(victim, 'SIGKILL');
  return stage.elapsedMs;
}

it('with rebalance the worker replaces a killed engine, and the load is whole again', async () => {
  await scene({ name: 'engine replaced', workers: 2, worker: { LOADSTAR_ENGINES: '2' } }, async (stage) => {
    stage.pace();
    const { id } = await stage.load({ users, runTimeSeconds: 16, lossPolicy: 'rebalance' });
    await stage.at(stage.draw(4, 5));
    const killedMs = killEngine(stage);
    const run = await stage.ended(id);

    expect(run.state).toBe('finished');
    expectDegraded(run);
    const witness = await stage.witness(id);
    await stage.expectIdentity(id, { lost: 3 * mostLost, dup: 0, phantom: 0, bound: 4 * mostLost });
    // The replacement is an engine of its own; it starts users as the spawn rate allows.
    expect(witness.workers).toHaveLength(engines + 1);
    const [fromMs, toMs] = [killedMs + 4_000, killedMs + 9_000];
    const rate = arrivedMeanwhile(witness, fromMs, toMs) / 5;
    expect(rate).toBeGreaterThan(0.9 * stage.kept(fromMs, toMs) * users * ratePerUser);
    expect(rate).toBeLessThan(1.1 * users * ratePerUser);
  });
});

it('a killed engine costs its users and not its worker, and the run says so', async () => {
  await scene({ name: 'engine killed', workers: 2, worker: { LOADSTAR_ENGINES: '2' } }, async (stage) => {
    stage.pace();
    const { id } = await stage.load({ users, runTimeSeconds: 14 });
    await stage.at(stage.draw(4, 5));
    const worker = stage.worker(1);
    const killedMs = killEngine(stage);
    await stage.at(killedMs / 1000 + 4);
    // A worker whose machine gives it no time may be silent for a moment, which is another matter.
    await stage.expectState(worker.id, ['running'], 5_000);
    const run = await stage.ended(id);

    expect(run.state).toBe('finished');
    expectDegraded(run);
    expect(run.verdictReasons.join()).toContain(worker.id);
    expect(run.verdictReasons.join()).toMatch(/ENGINE_DIED|engine/);
    const witness = await stage.witness(id);
    // Where the machine starves the engine its reports come late, and more is lost with it.
    await stage.expectIdentity(id, { lost: 3 * mostLost, dup: 0, phantom: 0, bound: 4 * mostLost });
    // Three engines go on as if nothing had happened, and only they: their part of the load is theirs alone.
    expect(witness.workers).toHaveLength(engines);
    const [fromMs, toMs] = [killedMs + 1_000, killedMs + 6_000];
    const rate = arrivedMeanwhile(witness, fromMs, toMs) / 5;
    expect(rate).toBeGreaterThan(0.9 * stage.kept(fromMs, toMs) * 0.75 * users * ratePerUser);
    expect(rate).toBeLessThan(1.1 * 0.75 * users * ratePerUser);
    // The worker is as good as before: it takes the next run with all its engines.
    await stage.expectUsable(2);
  });
});
