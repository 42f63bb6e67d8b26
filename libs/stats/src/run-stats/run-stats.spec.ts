import fc from 'fast-check';
import { SeededRandom } from '@loadstar/shared';
import { outcomes } from '../outcome.js';
import { encodeSnapshot } from '../snapshot/codec.js';
import { headerOf, randomStats, recordSome } from '../testing/random-stats.js';
import { otherChecks, otherErrors, otherExceptions } from './groups.js';
import { otherNames, RunStats } from './run-stats.js';

const bytesOf = (stats: RunStats): string => Buffer.from(encodeSnapshot(headerOf(), stats)).toString('hex');
const total = (stats: RunStats): number => [...stats.allSeries()].reduce((sum, series) => sum + series.requests, 0);

describe('RunStats', () => {
  it('counts every attempt in exactly one outcome', () => {
    const series = new RunStats().series({ userClass: 'A', method: 'GET', name: '/' });
    for (const outcome of outcomes) {
      series.start();
      series.finish(outcome, 1, 1, 0, 0);
    }
    expect([...series.counts]).toEqual(outcomes.map(() => 1));
    expect([series.started, series.requests, series.failures]).toEqual([
      outcomes.length,
      outcomes.length,
      outcomes.length - 1,
    ]);
    expect([series.ok.service.count, series.failed.service.count]).toEqual([1, outcomes.length - 1]);
  });

  it('gives back the last state when its successive differences are added up', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 6 }), (seed, steps) => {
        const random = new SeededRandom(seed);
        const stats = new RunStats();
        const sum = new RunStats();
        let before = stats.clone();
        for (const step of steps) {
          recordSome(stats, random, step);
          expect(stats.covers(before)).toBe(true);
          sum.merge(stats.since(before));
          before = stats.clone();
        }
        expect(bytesOf(sum)).toBe(bytesOf(stats));
      }),
    );
  });

  it('holds nothing but what changed in a difference', () => {
    const stats = randomStats(1);
    const before = stats.clone();
    stats.series({ userClass: 'New', method: 'PUT', name: '/new' }).finish('ok', 5, 5, 5, 5);
    const change = stats.since(before);
    expect([...change.allSeries()].map(({ key }) => key.name)).toEqual(['/new']);
    expect([[...change.errors], [...change.checks], [...change.exceptions]]).toEqual([[], [], []]);
  });

  it('does not cover a state with any greater number', () => {
    const stats = randomStats(2);
    const greater: ((later: RunStats) => void)[] = [
      (later) => later.series({ userClass: 'Shopper', method: 'GET', name: '/users' }).start(),
      (later) => later.series({ userClass: 'X', method: 'GET', name: '/users' }),
      (later) => later.error('GET', '/users', 'other', 1),
      (later) => later.exception('other', '', 1),
      (later) => later.check('has a name', false),
      (later) => later.iterations.failed++,
      (later) => later.connections.failed++,
      (later) => later.droppedArrivals++,
      (later) => later.connect.record(1),
      (later) => later.lag.record(1),
    ];
    for (const change of greater) {
      const later = stats.clone();
      change(later);
      expect(later.covers(stats)).toBe(true);
      expect(stats.covers(later)).toBe(false);
    }
  });

  it('stays bounded with endless names, errors, exceptions and checks, and loses no count', () => {
    const stats = new RunStats();
    for (let n = 0; n < 3_000; n++) {
      stats.series({ userClass: 'A', method: 'GET', name: `/${n}` }).finish('ok', 1, 1, 0, 0);
      stats.error('GET', '/', `error ${n}`, n);
      stats.exception(`boom ${n}`, '', n);
      stats.check(`check ${n}`, true);
    }
    const merged = stats.clone().merge(stats);
    for (const [value, factor] of [
      [stats, 1],
      [merged, 2],
    ] as const) {
      const series = [...value.allSeries()];
      expect(series).toHaveLength(2_001);
      expect(series.at(-1)!.key.name).toBe(otherNames);
      expect(total(value)).toBe(3_000 * factor);
      const errors = [...value.errors];
      expect([errors.length, errors.at(-1)!.text, errors.at(-1)!.count]).toEqual([501, otherErrors, 2_500 * factor]);
      const exceptions = [...value.exceptions];
      expect([exceptions.length, exceptions.at(-1)!.message]).toEqual([101, otherExceptions]);
      expect(exceptions.reduce((sum, { count }) => sum + count, 0)).toBe(3_000 * factor);
      expect([...value.checks].at(-1)).toEqual({ name: otherChecks, passes: 2_500 * factor, failures: 0 });
    }
  });

  it('cuts long texts and keeps them well-formed', () => {
    const stats = new RunStats();
    stats.error('GET', '/', `${'x'.repeat(298)}😀${'y'.repeat(100)}`, 1);
    stats.exception('m'.repeat(1_000), 't'.repeat(10_000), 1);
    const [error] = [...stats.errors];
    const [exception] = [...stats.exceptions];
    expect(error!.text).toHaveLength(300);
    expect(error!.text).toBe(Buffer.from(error!.text).toString());
    expect([exception!.message.length, exception!.traceback.length]).toEqual([300, 4_096]);
  });

  it('groups errors and keeps when they were first and last seen', () => {
    const stats = new RunStats();
    for (const wallMs of [30, 10, 20]) stats.error('GET', '/', 'HTTP 500', wallMs);
    expect([...stats.errors]).toEqual([
      { method: 'GET', name: '/', text: 'HTTP 500', count: 3, firstSeenMs: 10, lastSeenMs: 30 },
    ]);
  });
});
