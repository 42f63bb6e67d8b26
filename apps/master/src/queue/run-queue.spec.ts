import { silentLogger, VirtualClock } from '@loadstar/shared';
import { InProcessQueue } from './in-process-queue.js';
import { anyWish, describeRunQueue, openQueue } from './testing/run-queue.contract.js';
import { RunWorld } from './testing/scripted-runs.js';

describeRunQueue('in this process', () => {
  const clock = new VirtualClock();
  return Promise.resolve({
    clock,
    port: () => new InProcessQueue(clock, silentLogger),
    kill: (port) => port.close(),
    pass: (ms) => clock.advance(ms),
    until: async (holds) => {
      for (let step = 0; !holds(); step++) {
        if (step > 20_000) throw new Error('it never came true');
        await clock.advance(5);
      }
    },
    close: () => {
      expect(clock.pendingTimers).toBe(0);
      return Promise.resolve();
    },
  });
});

it('looks every second while a run waits, and four times a minute while none does', async () => {
  const clock = new VirtualClock();
  const world = new RunWorld(clock);
  const looked = jest.spyOn(Object.getPrototypeOf(world.seen()) as ReturnType<RunWorld['seen']>, 'waiting');
  const queue = openQueue(world, new InProcessQueue(clock, silentLogger));
  const looksIn = async (ms: number): Promise<number> => {
    const before = looked.mock.calls.length;
    await clock.advance(ms);
    return looked.mock.calls.length - before;
  };
  await queue.open();
  expect(await looksIn(60_000)).toBeLessThanOrEqual(8);
  await queue.enqueue({ users: 10 }, anyWish, 'first');
  expect(await looksIn(60_000)).toBeGreaterThanOrEqual(60);
  world.join('a');
  await clock.advance(1_000);
  expect(world.stateOf('first')).toBe('finished');
  expect(await looksIn(60_000)).toBeLessThanOrEqual(8);
  await queue.close();
  expect(clock.pendingTimers).toBe(0);
  looked.mockRestore();
});
