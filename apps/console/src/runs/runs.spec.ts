import type { RunView, StatsRow } from '@loadstar/shared';
import { SeriesStore } from '../live/series-store.js';
import { changeOf, joinRows, sideBySide } from './compare.js';
import { durationOf, searchRuns } from './run-search.js';

const run = (part: Partial<RunView>) =>
  ({
    id: 'a1',
    scenario: 'simple-load.ts',
    host: 'http://shop',
    state: 'finished',
    verdict: 'passed',
    ...part,
  }) as RunView;

describe('search of runs', () => {
  const runs = [run({}), run({ id: 'b2', verdict: 'failed', tags: ['Nightly'] }), run({ id: 'c3', state: 'running' })];
  const found = (search: string) => searchRuns(runs, search).map(({ id }) => id);

  it('needs every word, wherever it is', () => {
    expect(found('')).toEqual(['a1', 'b2', 'c3']);
    expect(found('SHOP b2')).toEqual(['b2']);
    expect(found('shop nowhere')).toEqual([]);
  });

  it('takes verdict, state and tag exactly', () => {
    expect(found('verdict:failed')).toEqual(['b2']);
    expect(found('state:running')).toEqual(['c3']);
    expect(found('tag:nightly')).toEqual(['b2']);
    expect(found('verdict:')).toEqual([]);
  });

  it('knows how long a run took, or has taken', () => {
    const startedAt = '2026-01-01T00:00:00.000Z';
    expect(durationOf({ startedAt, endedAt: '2026-01-01T00:01:00.000Z' }, 0)).toBe(60);
    expect(durationOf({ startedAt, endedAt: null }, Date.parse(startedAt) + 5000)).toBe(5);
    expect(durationOf({ startedAt: null, endedAt: null }, 0)).toBeNull();
  });
});

const point = (second: number, requests: number) => ({
  second,
  requests,
  failures: 0,
  users: 1,
  targetUsers: 1,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
});
const store = (...points: [number, number][]) => {
  const made = new SeriesStore();
  made.add(points.map(([second, requests]) => point(second, requests)));
  return made;
};

describe('runs side by side', () => {
  it('share one axis, each from its own start, with nothing where one is over', () => {
    const all = sideBySide([store([0, 1], [1, 2], [2, 3]), store([1, 20], [3, 40]), store()]);
    expect(all.seconds).toEqual([0, 1, 2, 3]);
    expect(all.column('0.requests')).toEqual([1, 2, 3, null]);
    expect(all.column('1.requests')).toEqual([null, 20, null, 40]);
    expect(all.column('2.requests')).toEqual([null, null, null, null]);
    expect(sideBySide([store(), store()]).seconds).toEqual([]);
  });

  it('hold a value for all the seconds that it stands for, beside a run that is told by seconds', () => {
    const long = new SeriesStore();
    long.add([
      { ...point(0, 8), seconds: 4 },
      { ...point(4, 2), seconds: 2 },
    ]);
    const both = sideBySide([long, store([2, 7], [3, 9], [4, 1])]);
    expect(both.seconds).toEqual([0, 2, 3, 4]);
    expect(both.column('0.requests')).toEqual([2, 2, 2, 1]);
    expect(both.column('1.requests')).toEqual([null, 7, 9, 1]);
  });

  it('join rows by method and name, and keep those that only one has', () => {
    const row = (method: string, name: string) => ({ method, name }) as StatsRow;
    const rows = joinRows([
      [row('GET', '/a'), row('POST', '/a')],
      [row('GET', '/a'), row('GET', '/b')],
      [row('GET', '/b')],
    ]);
    expect(rows.map(({ method, name, of }) => [method, name, ...of.map((each) => each !== undefined)])).toEqual([
      ['GET', '/a', true, true, false],
      ['POST', '/a', true, false, false],
      ['GET', '/b', false, true, true],
    ]);
  });

  it('tell a change only where there is something to change from', () => {
    expect(changeOf(100, 150)).toBe(0.5);
    expect(changeOf(0, 5)).toBeNull();
    expect(changeOf(null, 5)).toBeNull();
    expect(changeOf(5, undefined)).toBeNull();
  });
});
