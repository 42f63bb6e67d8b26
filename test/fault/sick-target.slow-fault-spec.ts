/**
 * F20 sick target: the way to the target refuses, goes silent, resets what is under way, and drips.
 *
 * Seen red: the first run of it found resets of GETs sent again in silence, see `staleCloseMs` of the engine. Meant to go red, not
 * tried yet: with the timeout of an exchange gone the silent target holds its users for ever.
 */
import { eventually } from '../support/eventually.js';
import { arrived } from '../support/fault/identity.js';
import { ratePerUser, scene } from '../support/fault/scene.js';

jest.setTimeout(120_000);

const users = 10;

interface Outcomes {
  total: { requests: number; failures: number; outcomes: Record<string, number> };
  connections: { reusedAfterStaleClose: number };
}

it('F20: every attempt ends in one class, nothing is tried twice that may not be, and the rate is back when the target is', async () => {
  await scene({ name: 'F20', workers: 2, target: { TARGET_CREATE_DELAY_MS: '50' } }, async (stage) => {
    const { id } = await stage.load({ scenario: 'asking-and-telling.ts', users });
    const wire = stage.targetWire;
    await stage.at(3);
    const listen = await stage.faults.damage([wire], { refuse: true });
    await stage.at(8);
    await listen();
    const backMs = stage.elapsedMs;
    await stage.at(12);
    // The rate is whole again within two seconds.
    await eventually(async () => {
      const rate = arrived(await stage.witness(id), backMs + 2_000, backMs + 4_000) / 2;
      expect(rate).toBeGreaterThan(0.8 * users * ratePerUser);
    }, 5_000);
    for (let second = 12; second < 15; second += 0.25) {
      await stage.at(second);
      wire.reset();
    }
    await stage.at(16);
    const speak = await stage.faults.damage([wire], { cutDown: true });
    await stage.at(28);
    await speak();
    await stage.at(30);
    const whole = await stage.faults.damage([wire], { bytesPerSecond: 400, sliceBytes: 1 });
    await stage.at(33);
    await whole();
    await stage.at(36);
    await stage.stop(id);
    const { total, connections } = await stage.get<Outcomes>(`/api/v1/runs/${id}/summary`);
    const sum = Object.values(total.outcomes).reduce((all, count) => all + count, 0);
    process.stdout.write(`  F20: ${JSON.stringify(total.outcomes)} of ${total.requests}\n`);
    expect(sum).toBe(total.requests);
    expect(total.requests - (total.outcomes['ok'] ?? 0)).toBe(total.failures);
    for (const outcome of ['ok', 'connect', 'reset', 'timeout']) expect(total.outcomes[outcome]).toBeGreaterThan(0);
    const { workers } = await stage.witness(id);
    // What may not be repeated never was. A GET whose kept connection closed before any answer is sent once more, as every
    // browser does, and the run counts how often.
    const duplicates = workers.reduce((all, worker) => all + worker.duplicates, 0);
    process.stdout.write(
      `  F20: ${duplicates} arrived twice, ${connections.reusedAfterStaleClose} sent again, it says\n`,
    );
    expect(duplicates).toBeLessThanOrEqual(connections.reusedAfterStaleClose);
    const distinct = workers.reduce((all, worker) => all + worker.distinct, 0);
    // One that arrived, was cut off and found nobody when it was sent again counts as `connect`.
    const connect = total.outcomes['connect'] ?? 0;
    expect(distinct).toBeLessThanOrEqual(total.requests - connect + connections.reusedAfterStaleClose);
    expect(distinct).toBeGreaterThanOrEqual(total.outcomes['ok'] ?? 0);
  });
});
