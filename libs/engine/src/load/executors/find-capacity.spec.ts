import type { FindCapacityLoad, Share } from '@loadstar/shared';
import type { Arrival, Executor } from './executor.js';
import { createExecutor } from './registry.js';

const load: FindCapacityLoad = {
  name: 'peak',
  executor: 'find-capacity',
  exec: undefined,
  startTime: 0,
  gracefulStop: 0,
  env: {},
  tags: {},
  timeUnit: 1,
  preAllocatedVUs: 10,
  maxVUs: 10,
  whenBusy: 'drop',
  spacing: 'even',
  timing: 'precise',
  startRate: 10,
  maxRate: 50,
  precision: 0.05,
  maxSteps: 3,
  stepDuration: 4,
  coolDown: 2,
};

function search(share: Share = { index: 0, of: 1 }, startMs = 0): { executor: Executor; due: number[] } {
  const due: number[] = [];
  const choice = { classIndex: 0, entry: undefined } as never;
  const executor = createExecutor(load, {
    share,
    startMs,
    maxUsers: 100,
    seed: 'seed',
    target: undefined as never,
    arrivals: { arrive: ({ dueMs }: Arrival) => void due.push(dueMs), drop: () => {}, setShare: () => {} },
    nextTask: () => choice,
    shape: () => () => null,
  });
  return { executor, due };
}

const step = (atMs: number, rate: number) => ({
  atMs,
  users: 0,
  spawnRate: 1,
  runTimeMs: undefined,
  userClasses: undefined,
  classWeights: undefined,
  scenarios: [{ name: 'peak', rate }],
});

const within = (due: readonly number[], from: number, to: number): number =>
  due.filter((at) => at >= from && at < to).length;

describe('the find-capacity executor', () => {
  it('begins with the first step, ends each step by itself and rests until it is told of the next', () => {
    const { executor, due } = search();
    executor.arrivals?.take(5_999, Infinity);
    executor.change(step(6_000, 20));
    executor.arrivals?.take(20_000, Infinity);
    expect([within(due, 0, 4_000), within(due, 4_000, 6_000), within(due, 6_000, 10_000)]).toEqual([40, 0, 80]);
    expect(within(due, 10_000, Infinity)).toBe(0);
    executor.advance(20_000);
    expect(executor.status.ended).toBeUndefined();
    executor.advance(33_000);
    expect(executor.status.ended).toBe('its time is over');
  });

  it('never goes beyond the cap, whatever is asked for', () => {
    const { executor, due } = search();
    executor.change(step(6_000, 1_000));
    executor.arrivals?.take(20_000, Infinity);
    expect(within(due, 6_000, 10_000)).toBe(200);
  });

  it('shares the arrivals of each step, also with an engine that comes later and is told of the steps so far', () => {
    const [a, b] = [search({ index: 0, of: 2 }), search({ index: 1, of: 2 }, 7_000)];
    for (const { executor } of [a, b]) {
      executor.change(step(6_000, 20));
      executor.arrivals?.take(20_000, Infinity);
    }
    expect(within(b.due, 0, 7_000)).toBe(0);
    expect(within(a.due, 7_000, 10_000) + within(b.due, 7_000, 10_000)).toBe(60);
    expect(new Set([...a.due, ...b.due]).size).toBe(a.due.length + b.due.length);
  });
});
