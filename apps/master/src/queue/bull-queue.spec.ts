import { silentLogger, sleep, systemClock } from '@loadstar/shared';
import { BullQueue } from './bull-queue.js';
import { describeQueuePort, NotingConsumer } from './testing/queue-port.contract.js';
import { TestRedis } from '../../../../test/support/redis-server.js';

jest.setTimeout(60_000);

let redis: TestRedis;
let names = 0;
const opened: BullQueue[] = [];
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
});
afterAll(() => redis.close());

function open(name = `test${names++}`, url = redis.url): BullQueue {
  const queue = new BullQueue({ url, name, clock: systemClock, logger: silentLogger, held: 1_000 });
  opened.push(queue);
  return queue;
}

async function until(holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const endMs = systemClock.nowMs() + limitMs;
  while (!(await holds())) {
    if (systemClock.nowMs() > endMs) throw new Error('it never came true');
    await sleep(systemClock, 10);
  }
}

describeQueuePort('the queue on Redis', () => {
  const queue = open();
  return Promise.resolve({
    queue,
    wallMs: () => systemClock.wallMs(),
    pass: (ms) => sleep(systemClock, ms),
    until,
    close: () => queue.close(),
  });
});

describe('the queue on Redis', () => {
  it('gives the jobs of a master that was killed to another one', async () => {
    const name = `test${names++}`;
    const [dead, heir] = [open(name), open(name)];
    const [first, second] = [new NotingConsumer(), new NotingConsumer(true)];
    await dead.open(first);
    await dead.enqueue({ id: 'run1', priority: 0 });
    await until(() => first.seen.length === 1);
    dead.abandon();
    await heir.open(second);
    await until(() => second.seen.length === 1);
    await until(async () => (await heir.list()).length === 0);
  });

  it('hands back at once what it holds when it is closed', async () => {
    const name = `test${names++}`;
    const [leaving, heir] = [open(name), open(name)];
    const [first, second] = [new NotingConsumer(), new NotingConsumer(true)];
    await leaving.open(first);
    for (const id of ['run1', 'run2']) await leaving.enqueue({ id, priority: 0 });
    await until(() => first.seen.length === 2);
    await leaving.close();
    await until(() => heir.isAvailable);
    expect((await heir.list()).map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
      'run1 waiting',
      'run2 waiting',
    ]);
    await heir.open(second);
    await until(() => second.seen.length === 2);
  });

  it('refuses within seconds while Redis is gone or stands still, and goes on when it is back', async () => {
    const queue = open();
    const consumer = new NotingConsumer();
    let back = 0;
    queue.onAvailable(() => back++);
    await queue.open(consumer);
    await queue.enqueue({ id: 'run1', priority: 0 });
    await until(() => consumer.seen.includes('run1'));
    await redis.kill();
    await until(() => !queue.isAvailable);
    const refused = { code: 'QUEUE_UNAVAILABLE', status: 503 };
    const attempt = async (): Promise<unknown> => {
      const startMs = systemClock.nowMs();
      const error: unknown = await queue.enqueue({ id: 'run2', priority: 0 }).catch((caught: unknown) => caught);
      expect(systemClock.nowMs() - startMs).toBeLessThan(10_000);
      const { code, entry } = error as { code: string; entry: { status: number } };
      return { code, status: entry.status };
    };
    expect(await attempt()).toEqual(refused);
    await expect(queue.list()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(queue.schedule({ id: 's', cron: '* * * * *', timeZone: 'UTC' })).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
    });
    await redis.start();
    await until(() => queue.isAvailable && back >= 2);
    redis.pause();
    expect(await attempt()).toEqual(refused);
    redis.resume();
    // What was held is held still, or again; in no case is it gone.
    await until(async () => (await queue.list().catch(() => [])).some(({ id }) => id === 'run1'));
    await queue.enqueue({ id: 'run3', priority: 0 });
    await until(() => consumer.seen.includes('run3'));
    consumer.end('run1');
    consumer.end('run3');
  });

  it('starts without Redis and follows when it comes', async () => {
    await redis.kill();
    const queue = open();
    const consumer = new NotingConsumer(true);
    await queue.open(consumer);
    expect(queue.isAvailable).toBe(false);
    await redis.start();
    await until(() => queue.isAvailable);
    await queue.enqueue({ id: 'run1', priority: 0 });
    await until(() => consumer.seen.includes('run1'));
  });

  it('does not work with a wrong password, and does not tell the right one', async () => {
    const lines: string[] = [];
    const note = (facts: object, message: string): void => void lines.push(JSON.stringify(facts) + message);
    const logger = { debug: note, info: note, warn: note, error: note };
    const url = redis.url.replace('word-of-the-tests', 'guessed');
    const queue = new BullQueue({ url, clock: systemClock, logger, held: 1 });
    opened.push(queue);
    await queue.open(new NotingConsumer());
    expect(queue.isAvailable).toBe(false);
    expect(lines.join()).toMatch('Redis is away');
    expect(lines.join()).not.toMatch(/guessed|word-of-the-tests/);
  });
});
