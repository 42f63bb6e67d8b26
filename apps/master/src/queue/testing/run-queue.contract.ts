/** What users of the queue rely on, run on every place for jobs. */
import { type Clock, LoadstarError, silentLogger } from '@loadstar/shared';
import type { QueuePort } from '../queue-port.js';
import type { QueueWish } from '../queued-runs.js';
import { RunQueue } from '../run-queue.js';
import { RunWorld } from './scripted-runs.js';

export interface PlaceForJobs {
  readonly clock: Clock;
  /** A master's end of it; several at once are several masters. */
  port(): QueuePort;
  /** Ends a master without a word to anybody. */
  kill(port: QueuePort): Promise<void>;
  /** Lets time pass until something holds; fails after far longer than it should take. */
  until(holds: () => boolean): Promise<void>;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const anyWish: QueueWish = {
  owner: 'anna',
  priority: 0,
  notBeforeMs: undefined,
  minWorkers: 1,
  labels: {},
  scheduleId: undefined,
};

const scaling = { usersPerWorker: 100, minWorkers: 0, maxWorkers: 20 };

/** A master's queue over a world. */
export function openQueue(world: RunWorld, port: QueuePort, limit = 1_000): RunQueue {
  return new RunQueue({ port, runs: world.seen(), clock: world.clock, logger: silentLogger, limit, scaling });
}

export function describeRunQueue(name: string, open: () => Promise<PlaceForJobs>): void {
  describe(`the queue of runs, ${name}`, () => {
    let place: PlaceForJobs;
    let world: RunWorld;
    let port: QueuePort;
    let queue: RunQueue;

    const master = async (): Promise<void> => {
      port = place.port();
      queue = openQueue(world, port);
      await queue.open();
      await place.until(() => port.isAvailable);
    };
    const add = (id: string, wish: Partial<QueueWish> = {}) =>
      queue.enqueue({ users: 10 }, { ...anyWish, ...wish }, id);
    const states = (...ids: string[]) => ids.map((id) => world.stateOf(id));
    const allOver = (): boolean =>
      [...world.runs.values()].every(({ state }) => state !== 'queued' && state !== 'running');
    const places = () => queue.waiting().map(({ ticket, position }) => `${ticket.id} ${position}`);

    beforeEach(async () => {
      place = await open();
      world = new RunWorld(place.clock);
      await master();
    });
    afterEach(async () => {
      await queue.close();
      await place.close();
    });

    it('gives one run after the other the whole fleet, by priority and then by age', async () => {
      await add('first');
      await add('low', { priority: -5 });
      await add('second');
      await add('high', { priority: 9 });
      expect(places()).toEqual(['high 1', 'first 2', 'second 3', 'low 4']);
      world.hold();
      world.join('w1', 'w2');
      await place.until(() => world.begun.length > 0);
      expect(world.runs.get('high')?.workers).toEqual(['w1', 'w2']);
      world.release();
      await place.until(allOver);
      expect(world.begun).toEqual(['high', 'first', 'second', 'low']);
    });

    it('goes round between owners', async () => {
      for (const id of ['a1', 'a2', 'a3']) await add(id, { owner: 'anna' });
      for (const id of ['b1', 'b2']) await add(id, { owner: 'bert' });
      expect(places()).toEqual(['a1 1', 'b1 2', 'a2 3', 'b2 4', 'a3 5']);
      world.join('w1');
      await place.until(allOver);
      expect(world.begun).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    });

    it('keeps a run back until its time has come', async () => {
      world.join('w1');
      // So far ahead that a machine that stops for a second does not come too late with the other run.
      const notBeforeMs = place.clock.wallMs() + 3_000;
      await add('later', { priority: 100, notBeforeMs });
      await add('now');
      expect(places()).toContain('later undefined');
      await place.until(allOver);
      expect(world.begun).toEqual(['now', 'later']);
      expect(place.clock.wallMs()).toBeGreaterThanOrEqual(notBeforeMs);
    });

    it('lets those behind move up when a waiting run is stopped, and never begins it', async () => {
      for (const id of ['one', 'two', 'three']) await add(id);
      await add('later', { notBeforeMs: place.clock.wallMs() + 300 });
      world.seen().stop('two');
      world.seen().stop('later');
      expect(places()).toEqual(['one 1', 'three 2']);
      world.join('w1');
      await place.until(allOver);
      await place.pass(1_000);
      expect(world.begun).toEqual(['one', 'three']);
      expect(states('two', 'later')).toEqual(['aborted', 'aborted']);
      await place.until(() => queue.waiting().length === 0);
    });

    it('runs side by side what asks for different workers', async () => {
      world.hold();
      world.join(['w1', { zone: 'eu' }], ['w2', { zone: 'us' }]);
      await add('eu', { labels: { zone: 'eu' } });
      await add('eu-too', { labels: { zone: 'eu' } });
      await add('us', { labels: { zone: 'us' } });
      await place.until(() => world.begun.length === 2);
      expect(world.begun).toEqual(['eu', 'us']);
      expect(states('eu', 'eu-too', 'us')).toEqual(['running', 'queued', 'running']);
      world.release();
      await place.until(allOver);
    });

    it('waits for as many workers as a run needs, and says how many it wants', async () => {
      world.join('w1');
      await add('large', { minWorkers: 3 });
      await add('next', { minWorkers: 2 });
      expect(queue.desired().workers).toBe(3);
      await place.pass(1_500);
      expect(states('large', 'next')).toEqual(['queued', 'queued']);
      world.join('w2');
      await place.until(() => world.begun.includes('next'));
      world.join('w3');
      await place.until(allOver);
      expect(world.begun).toEqual(['next', 'large']);
      expect(queue.desired().workers).toBe(0);
    });

    it('queues nothing of a request that is wrong, and not more than its limit', async () => {
      await expect(queue.enqueue({ scenario: 'no.ts' }, anyWish)).rejects.toMatchObject({ code: 'SCENARIO_NOT_FOUND' });
      const small = openQueue(world, port, 2);
      await small.enqueue({}, anyWish);
      await small.enqueue({}, anyWish);
      await expect(small.enqueue({}, anyWish)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
      expect(world.runs.size).toBe(2);
    });

    it('tries again what could not be begun, and gives up what never can', async () => {
      world.join('w1');
      world.refusals.push(new LoadstarError('NO_WORKERS'), new Error('a bug'));
      await add('stubborn');
      await place.until(() => world.stateOf('stubborn') === 'finished');
      world.refusals.push(new LoadstarError('SCENARIO_COMPILE', { detail: 'line 3' }));
      await add('hopeless');
      await place.until(() => world.stateOf('hopeless') === 'failed');
      expect(world.runs.get('hopeless')?.reason).toMatch('line 3');
      expect(world.begun).toEqual(['stubborn']);
    });

    it('takes a job that comes twice for the run that is going on', async () => {
      world.hold();
      world.join('w1');
      await add('run1');
      await add('run1');
      await place.until(() => world.begun.length === 1);
      const [again, andAgain] = [queue.see('run1'), queue.see('run1')];
      expect(again).toBe(andAgain);
      world.release();
      await place.until(allOver);
      await Promise.all([again, queue.see('run1'), queue.see('nobody-knows')]);
      expect(world.begun).toEqual(['run1']);
    });

    it('brings 200 runs through in order, none lost and none twice, while masters are killed', async () => {
      world.runMs = 5;
      const owners = ['anna', 'bert', 'carl'];
      const ids = Array.from({ length: 200 }, (_, index) => `run${String(index).padStart(3, '0')}`);
      for (const [index, id] of ids.entries()) {
        await add(id, { priority: (index * 7) % 5, owner: owners[index % owners.length] ?? '' });
      }
      world.seen().stop('run042');
      const expected = queue.waiting().map(({ ticket }) => ticket.id);
      expect(expected).toHaveLength(199);
      world.join('w1');
      for (const begun of [40, 120]) {
        await place.until(() => world.begun.length >= begun);
        queue.close().catch(() => {});
        await place.kill(port);
        await master();
      }
      await place.until(allOver);
      expect(world.begun).toEqual(expected);
      expect(world.stateOf('run042')).toBe('aborted');
      expect(queue.waiting()).toEqual([]);
    });
  });
}
