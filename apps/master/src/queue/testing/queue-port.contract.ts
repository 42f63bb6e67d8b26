/** What every place for jobs has to do, run against each of them. */
import { newId } from '@loadstar/shared';
import type { QueueConsumer, QueuePort } from '../queue-port.js';

export interface QueueHarness {
  readonly queue: QueuePort;
  /** Wall-clock time as the queue sees it, milliseconds. */
  wallMs(): number;
  /** Lets time pass until something holds; fails after far longer than it should take. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Lets time pass, milliseconds. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Takes note of what it is told, and sees a run through until the test says that it has ended. */
export class NotingConsumer implements QueueConsumer {
  readonly seen: string[] = [];
  readonly times: { id: string; atMs: number }[] = [];
  /** How often the next calls fail. */
  failures = 0;
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly endsAtOnce = false) {}

  see(id: string): Promise<void> {
    this.seen.push(id);
    if (this.failures > 0) {
      this.failures--;
      return Promise.reject(new Error('the store is away'));
    }
    if (this.endsAtOnce) return Promise.resolve();
    return new Promise((resolve) => this.ends.set(id, resolve));
  }

  due(id: string, atMs: number): Promise<void> {
    this.times.push({ id, atMs });
    return Promise.resolve();
  }

  end(id: string): void {
    this.ends.get(id)?.();
  }
}

export function describeQueuePort(name: string, open: () => Promise<QueueHarness>): void {
  describe(`${name} as a place for jobs`, () => {
    let harness: QueueHarness;
    let queue: QueuePort;
    beforeEach(async () => {
      harness = await open();
      ({ queue } = harness);
    });
    afterEach(() => harness.close());

    const isEmpty = async (): Promise<boolean> => (await queue.list()).length === 0;

    it('hands out a job and holds it until its run has ended', async () => {
      const consumer = new NotingConsumer();
      await queue.open(consumer);
      await queue.enqueue({ id: 'run1', priority: 0 });
      await harness.until(() => consumer.seen.length === 1);
      expect(await queue.list()).toMatchObject([{ id: 'run1', priority: 0, state: 'held' }]);
      consumer.end('run1');
      await harness.until(isEmpty);
      expect(consumer.seen).toEqual(['run1']);
    });

    it('hands out what waited before, the most urgent first and of equals the oldest', async () => {
      const wishes = { low: -100, first: 0, second: 0, high: 100, third: 0 };
      await harness.until(() => queue.isAvailable);
      for (const [id, priority] of Object.entries(wishes)) await queue.enqueue({ id, priority });
      expect((await queue.list()).map(({ id, state }) => `${id} ${state}`)).toEqual(
        ['high', 'first', 'second', 'third', 'low'].map((id) => `${id} waiting`),
      );
      const consumer = new NotingConsumer(true);
      await queue.open(consumer);
      await harness.until(async () => consumer.seen.length >= 5 && (await isEmpty()));
      expect(consumer.seen).toEqual(['high', 'first', 'second', 'third', 'low']);
    });

    it('takes a second job of an id for the first', async () => {
      const consumer = new NotingConsumer();
      await queue.open(consumer);
      await queue.enqueue({ id: 'run1', priority: 0 });
      await harness.until(() => consumer.seen.length === 1);
      await queue.enqueue({ id: 'run1', priority: 5 });
      await harness.pass(300);
      expect(consumer.seen).toEqual(['run1']);
      expect(await queue.list()).toHaveLength(1);
    });

    it('takes an id again whose job has ended', async () => {
      const consumer = new NotingConsumer(true);
      await queue.open(consumer);
      for (const count of [1, 2]) {
        await queue.enqueue({ id: 'run1', priority: 0 });
        await harness.until(async () => consumer.seen.length === count && (await isEmpty()));
      }
    });

    it('takes an id of digits only', async () => {
      const consumer = new NotingConsumer(true);
      await queue.open(consumer);
      await queue.enqueue({ id: '123456789012', priority: 0 });
      await harness.until(() => consumer.seen.includes('123456789012'));
    });

    it('keeps a job back until its time has come', async () => {
      const consumer = new NotingConsumer(true);
      await queue.open(consumer);
      // So far ahead that a machine that stops for a second does not look too late.
      const notBeforeMs = harness.wallMs() + 3_000;
      await queue.enqueue({ id: 'later', priority: 100, notBeforeMs });
      await queue.enqueue({ id: 'now', priority: 0 });
      await harness.until(() => consumer.seen.includes('now'));
      // The other job may still be held: its end comes after its sight.
      const delayed = (await queue.list()).find(({ id }) => id === 'later');
      expect(delayed).toMatchObject({ state: 'delayed', notBeforeMs });
      await harness.until(() => consumer.seen.includes('later'));
      expect(harness.wallMs()).toBeGreaterThanOrEqual(notBeforeMs);
    });

    it('takes out a job that nobody has, and leaves one that is held', async () => {
      const consumer = new NotingConsumer();
      await queue.open(consumer);
      await queue.enqueue({ id: 'later', priority: 0, notBeforeMs: harness.wallMs() + 3_000 });
      await queue.enqueue({ id: 'now', priority: 0 });
      await harness.until(() => consumer.seen.length === 1);
      for (const id of ['later', 'now', 'never-was-there']) await queue.cancel(id);
      await harness.pass(3_500);
      expect(consumer.seen).toEqual(['now']);
      expect(await queue.list()).toMatchObject([{ id: 'now', state: 'held' }]);
    });

    it('hands a job out again when its consumer failed', async () => {
      const consumer = new NotingConsumer(true);
      consumer.failures = 1;
      await queue.open(consumer);
      await queue.enqueue({ id: 'run1', priority: 0 });
      await harness.until(() => consumer.seen.length === 2);
      await harness.until(isEmpty);
    });

    it('calls at the times of a schedule, until it is taken away', async () => {
      const consumer = new NotingConsumer(true);
      await queue.open(consumer);
      const id = newId();
      await queue.schedule({ id, cron: '0 0 1 1 *', timeZone: 'UTC' });
      // The same again with other times: one schedule, the newest.
      await queue.schedule({ id, cron: '* * * * * *', timeZone: 'Europe/Berlin' });
      expect(await queue.schedules()).toEqual([id]);
      await harness.until(() => consumer.times.length >= 2);
      await queue.unschedule(id);
      const called = consumer.times.length;
      await harness.pass(2_000);
      expect(consumer.times.length - called).toBeLessThanOrEqual(1);
      expect(await queue.schedules()).toEqual([]);
      const seconds = consumer.times.map(({ atMs }) => atMs / 1_000);
      expect(seconds.every(Number.isInteger)).toBe(true);
      expect(new Set(seconds).size).toBe(seconds.length);
      // A schedule is no run and does not show among the jobs.
      expect(await queue.list()).toEqual([]);
    });
  });
}
