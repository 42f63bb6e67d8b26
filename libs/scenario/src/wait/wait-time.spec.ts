import fc from 'fast-check';
import { HttpUser } from '../user/http-user.js';
import { TaskSet } from '../tasks/task-set.js';
import { pretendedUser } from '../testing/pretended-user.js';
import { between, constant, constantPacing, constantThroughput } from './wait-time.js';

const user = (waitTime: () => number, seed = 'test') => {
  class Waits extends HttpUser {
    override waitTime = waitTime;
  }
  const context = pretendedUser(seed);
  return { context, waiting: new Waits(context) };
};

test('constant always waits the same', () => {
  const { waiting } = user(constant(1.5));
  expect([waiting.waitTime(), waiting.waitTime()]).toEqual([1.5, 1.5]);
});

test('between stays within its bounds and repeats with the user’s seed', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(1000), fc.nat(1000), (seed, min, width) => {
      const waits = (of: ReturnType<typeof user>) => Array.from({ length: 10 }, () => of.waiting.waitTime());
      const first = waits(user(between(min, min + width), seed));
      expect(first.every((wait) => wait >= min && wait <= min + width)).toBe(true);
      expect(waits(user(between(min, min + width), seed))).toEqual(first);
    }),
  );
});

describe('constantPacing', () => {
  test('leaves what the task left of its period, so that starts lie on a grid', () => {
    const { context, waiting } = user(constantPacing(2));
    expect(waiting.waitTime()).toBe(2);
    context.timeMs = 2500;
    expect(waiting.waitTime()).toBe(1.5);
    // 10 ms late out of the sleep and 300 ms of work: the grid holds.
    context.timeMs = 4310;
    expect(waiting.waitTime()).toBeCloseTo(1.69, 6);
  });

  test('goes on at once after a task longer than the period, and makes nothing up', () => {
    const { context, waiting } = user(constantPacing(2));
    waiting.waitTime();
    context.timeMs = 9000;
    expect(waiting.waitTime()).toBe(0);
    context.timeMs = 9100;
    expect(waiting.waitTime()).toBeCloseTo(1.9, 6);
  });

  test('keeps a grid for each user, also when users share the function', () => {
    const shared = constantPacing(1);
    const one = user(shared);
    const other = user(shared);
    one.waiting.waitTime();
    one.context.timeMs = 1400;
    other.context.timeMs = 1400;
    expect(one.waiting.waitTime()).toBeCloseTo(0.6, 6);
    expect(other.waiting.waitTime()).toBe(1);
  });

  test('constantThroughput is its inverse', () => {
    const { context, waiting } = user(constantThroughput(4));
    expect(waiting.waitTime()).toBe(0.25);
    context.timeMs = 300;
    expect(waiting.waitTime()).toBeCloseTo(0.2, 6);
  });
});

test('a task set waits as its parent does unless it says otherwise', () => {
  const { waiting } = user(constant(3));
  class Own extends TaskSet {
    override waitTime = between(1, 2);
  }
  const outer = new TaskSet(waiting, waiting);
  expect(new TaskSet(waiting, outer).waitTime()).toBe(3);
  const wait = new Own(waiting, waiting).waitTime();
  expect(wait >= 1 && wait <= 2).toBe(true);
});

test.each([
  [() => constant(-1), 'constant(-1): -1 is not a number from 0'],
  [() => between(1, Number.NaN), 'between(1, NaN): NaN is not a number from 0'],
  [() => between(3, 1), 'between(3, 1): the first bound is above the second'],
  [() => constantPacing(0), 'constantPacing(0): the period must be above 0; use constant(0) for no wait'],
  [() => constantThroughput(0), 'constantThroughput(0): the rate must be above 0'],
  [() => constant('2' as unknown as number), 'constant(2): 2 is not a number from 0'],
])('%s is refused', (make, detail) => {
  expect(make).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', details: { detail } }));
});
