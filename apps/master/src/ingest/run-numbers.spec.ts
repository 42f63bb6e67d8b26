import { RunStats, type SnapshotHeader } from '@loadstar/stats';
import { RunNumbers } from './run-numbers.js';

const header = (seq: number, elapsedMs: number, rest: Partial<SnapshotHeader> = {}): SnapshotHeader => ({
  runId: 'run',
  worker: 'a',
  incarnation: 'inca',
  seq,
  elapsedMs,
  phase: 'running',
  final: false,
  reason: undefined,
  users: 4,
  targetUsers: 4,
  spawnRate: 1,
  usersByClass: { Shopper: 4 },
  health: {
    cpuPercent: 1,
    rssBytes: 1,
    loopLagMs: 1,
    loopUtilisation: 0.1,
    errorBoundMs: 0,
    scheduleLagMs: 0,
    engines: 1,
  },
  ...rest,
});

/** Cumulative numbers: so many requests ended, so many still under way. */
const stats = (ended: number, inFlight = 0): RunStats => {
  const all = new RunStats();
  const series = all.series({ userClass: 'Shopper', method: 'GET', name: '/users' });
  for (let i = 0; i < ended + inFlight; i++) series.start();
  for (let i = 0; i < ended; i++) series.finish('ok', 1_000, 1_000, 10, 1_000);
  return all;
};

const head = { runId: 'run', state: 'running' as const, elapsedSeconds: 3 };

describe('numbers of a run', () => {
  it('are the same whatever came twice, late or from another run', () => {
    const numbers = new RunNumbers('run');
    expect(numbers.take(header(1, 1_000), stats(4))).toBe('accepted');
    expect(numbers.take(header(3, 3_000), stats(12))).toBe('accepted');
    expect(numbers.take(header(2, 2_000), stats(8))).toBe('stale');
    expect(numbers.take(header(3, 3_000), stats(12))).toBe('duplicate');
    expect(numbers.take(header(4, 4_000), stats(11))).toBe('shrunk');
    expect(numbers.take(header(9, 4_000, { runId: 'other' }), stats(99))).toBe('foreign');
    const view = numbers.view(head, new Set(), 4);
    expect(view).toMatchObject({ users: 4, targetUsers: 4, usersByClass: { Shopper: 4 }, total: { requests: 12 } });
    expect(numbers.points().reduce((sum, { requests }) => sum + requests, 0)).toBe(12);
  });

  it('count users only of those who are there', () => {
    const numbers = new RunNumbers('run');
    numbers.take(header(1, 1_000), stats(1));
    numbers.take(header(1, 1_000, { incarnation: 'incb', worker: 'b' }), stats(1));
    expect(numbers.view(head, new Set(), undefined).users).toBe(8);
    expect(numbers.view(head, new Set(['incb']), undefined)).toMatchObject({ users: 4, targetUsers: 4 });
    numbers.take(header(2, 2_000, { final: true, phase: 'done' }), stats(2));
    expect(numbers.view(head, new Set(['incb']), undefined).users).toBe(0);
  });

  it('begin anew at a reset, with series from that second on', () => {
    const numbers = new RunNumbers('run');
    numbers.take(header(1, 5_000), stats(20));
    numbers.reset(5_000);
    expect(numbers.view(head, new Set(), 4).total.requests).toBe(0);
    numbers.take(header(2, 7_000), stats(23));
    expect(numbers.view(head, new Set(), 4).total.requests).toBe(3);
    expect(numbers.points().map(({ second }) => second)).toEqual([5, 6, 7]);
  });

  it('bound what a silent worker may hide by its rate and what it had in flight', () => {
    const numbers = new RunNumbers('run');
    numbers.take(header(1, 1_000), stats(10, 2));
    numbers.take(header(2, 2_000), stats(30, 3));
    // One more for each of its four users, which may act in step.
    expect(numbers.unreportedAtMost('inca', 1_000, 4)).toBe(20 + 3 + 4);
    // One that never spoke: as many users as it is taken to have, at the rate of the others.
    expect(numbers.unreportedAtMost('incb', 1_000, 2)).toBe(10 + 2 + 2);
  });
});
