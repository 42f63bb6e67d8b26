import { silentLogger, sleep, systemClock } from '@loadstar/shared';
import { BullQueue, defaultLocks } from './bull-queue.js';
import { anyWish, describeRunQueue, openQueue } from './testing/run-queue.contract.js';
import { TestRedis } from '../../../../test/support/redis-server.js';
import { RunWorld } from './testing/scripted-runs.js';

jest.setTimeout(180_000);

let redis: TestRedis;
let names = 0;
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis.close());

/** Short, so that the jobs of a dead master come soon; the last test keeps to the usual ones. */
const quickLocks = { lockDuration: 2_000, stalledInterval: 1_000 };
const portOf = (name: string, locks = defaultLocks): BullQueue =>
  new BullQueue({ url: redis.url, name, clock: systemClock, logger: silentLogger, held: 1_000, locks });

async function until(holds: () => boolean): Promise<void> {
  const endMs = systemClock.nowMs() + 90_000;
  while (!holds()) {
    if (systemClock.nowMs() > endMs) throw new Error('it never came true');
    await sleep(systemClock, 5);
  }
}

describeRunQueue('on Redis', () => {
  const name = `queue${names++}`;
  return Promise.resolve({
    clock: systemClock,
    port: () => portOf(name, quickLocks),
    kill: (port) => {
      if (port instanceof BullQueue) port.abandon();
      return Promise.resolve();
    },
    pass: (ms) => sleep(systemClock, ms),
    until,
    close: () => Promise.resolve(),
  });
});

describe('the queue of runs while Redis is killed', () => {
  it('brings 200 runs through in order, none lost and none twice, with a master killed as well', async () => {
    const world = new RunWorld(systemClock);
    world.runMs = 10;
    const name = `queue${names++}`;
    const first = portOf(name);
    const before = openQueue(world, first);
    await before.open();
    const ids = Array.from({ length: 200 }, (_, index) => `run${String(index).padStart(3, '0')}`);
    for (const [index, id] of ids.entries()) {
      await before.enqueue({}, { ...anyWish, priority: (index * 7) % 5, owner: index % 2 === 0 ? 'a' : 'b' }, id);
    }
    world.seen().stop('run100');
    const expected = before.waiting().map(({ ticket }) => ticket.id);
    world.join('w1');

    await until(() => world.begun.length >= 30);
    await redis.kill();
    // Turns go on: who waits, and who has begun, stands in the records.
    await until(() => world.begun.length >= 50);
    await expect(before.enqueue({}, anyWish, 'refused')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(world.stateOf('refused')).toBeUndefined();
    // The master dies while Redis is away, and the next one starts without it.
    first.abandon();
    await before.close();
    const second = portOf(name);
    const after = openQueue(world, second);
    await after.open();
    await redis.start();
    await until(() => world.begun.length >= 120);
    await redis.kill();
    await redis.start();
    await until(() => [...world.runs.values()].every(({ state }) => state !== 'queued' && state !== 'running'));
    expect(world.begun).toEqual(expected);
    expect(world.stateOf('run100')).toBe('aborted');
    await until(() => second.isAvailable);
    await after.enqueue({}, anyWish, 'afterwards');
    await until(() => world.stateOf('afterwards') === 'finished');
    await after.close();
  });
});
