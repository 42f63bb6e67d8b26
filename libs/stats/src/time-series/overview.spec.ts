import fc from 'fast-check';
import type { SeriesPoint } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { exactSeconds, olderPoints } from './overview.js';
import { TimeSeries } from './time-series.js';

/** Points as they are stored: a run of so many seconds in which everything differs from second to second. */
function run(seconds: number, salt = 1): SeriesPoint[] {
  return Array.from({ length: seconds }, (_, second) => {
    const spin = (second * 7_919 * salt) % 101;
    return {
      second,
      requests: spin,
      failures: spin % 5,
      users: (second * salt) % 37,
      targetUsers: second % 41,
      p50Ms: spin === 0 ? null : spin,
      p95Ms: spin === 0 ? null : spin + 10,
      p99Ms: spin === 0 ? null : spin + 20,
      serviceP50Ms: spin === 0 ? null : spin / 2,
      serviceP95Ms: spin === 0 ? null : spin / 2 + 1,
      serviceP99Ms: spin === 0 ? null : spin / 2 + 2,
      ...(spin === 0 ? {} : { latency: [0, spin - (spin % 5), spin % 5].slice(0, spin % 5 === 0 ? 2 : 3) }),
      ...(second % 60 < 5 ? { gap: true } : {}),
    };
  });
}

function seriesOf(points: readonly SeriesPoint[]): TimeSeries {
  const series = new TimeSeries();
  series.restore(points, []);
  return series;
}

const sum = (points: readonly SeriesPoint[], of: (point: SeriesPoint) => number): number =>
  points.reduce((total, point) => total + of(point), 0);
const inBucket = (bucket: number) => (point: SeriesPoint) => point.latency?.[bucket] ?? 0;
const worst = (values: (number | null | undefined)[]): number | null =>
  values.reduce<number | null>((most, value) => (value == null ? most : Math.max(most ?? 0, value)), null);

/** What a point of these seconds has to say. */
function together(own: readonly SeriesPoint[]): Partial<SeriesPoint> {
  return {
    second: own[0]!.second,
    requests: sum(own, ({ requests }) => requests),
    failures: sum(own, ({ failures }) => failures),
    users: Math.max(...own.map(({ users }) => users)),
    targetUsers: Math.max(...own.map(({ targetUsers }) => targetUsers)),
    p50Ms: worst(own.map(({ p50Ms }) => p50Ms)),
    p95Ms: worst(own.map(({ p95Ms }) => p95Ms)),
    p99Ms: worst(own.map(({ p99Ms }) => p99Ms)),
    serviceP50Ms: worst(own.map(({ serviceP50Ms }) => serviceP50Ms)),
    serviceP95Ms: worst(own.map(({ serviceP95Ms }) => serviceP95Ms)),
    serviceP99Ms: worst(own.map(({ serviceP99Ms }) => serviceP99Ms)),
    ...(own.length > 1 && { seconds: own.length }),
    ...(own.every(({ gap }) => gap) && { gap: true }),
  };
}

/** Each thinned point says of its seconds what they say themselves; none is left out, none is told twice. */
function expectTrue(thinned: readonly SeriesPoint[], full: readonly SeriesPoint[]): void {
  let at = 0;
  const expected = thinned.map(({ seconds = 1 }) => together(full.slice(at, (at += seconds))));
  expect(at).toBe(full.length);
  expect(thinned).toEqual(expected.map((point) => expect.objectContaining(point)));
  for (const [index, point] of thinned.entries()) expect(point.gap).toBe(expected[index]?.gap);
  for (const bucket of [0, 1, 2]) expect(sum(thinned, inBucket(bucket))).toBe(sum(full, inBucket(bucket)));
  for (const name of ['requests', 'failures'] as const) {
    expect(sum(thinned, (point) => point[name])).toBe(sum(full, (point) => point[name]));
  }
}

describe('the overview of a run', () => {
  it('has a bounded number of points that say together what all seconds say, the newest of them seconds', () => {
    const lengths = fc.oneof(fc.nat(2_500), fc.nat(20_000));
    fc.assert(
      fc.property(lengths, fc.nat(3_000), fc.integer({ min: 1, max: 100 }), (seconds, from, salt) => {
        const series = seriesOf(run(seconds, salt));
        const full = series.points(from);
        const overview = series.overview(from);
        expect(overview.length).toBeLessThanOrEqual(exactSeconds + olderPoints + 1);
        expect(overview.slice(-exactSeconds)).toEqual(full.slice(-exactSeconds));
        if (full.length <= exactSeconds + olderPoints) expect(overview).toEqual(full);
        expectTrue(overview, full);
      }),
      { numRuns: 25 },
    );
  });

  it('is as short for a whole week', () => {
    const series = new TimeSeries();
    series.users('a', 604_799_000, 3, 4);
    const overview = series.overview();
    expect(overview.length).toBeLessThan(2_000);
    expect(sum(overview, ({ seconds = 1 }) => seconds)).toBe(604_800);
    expect(overview.at(-1)).toMatchObject({ second: 604_799, users: 3 });
  });

  it('keeps its older points where they are while the run goes on', () => {
    const points = run(20_100);
    const before = seriesOf(points.slice(0, 20_000)).overview();
    const after = seriesOf(points).overview();
    const shared = before.filter(({ second, seconds = 1 }) => seconds > 1 && second + seconds < 19_000);
    expect(shared.length).toBeGreaterThan(500);
    expect(after).toEqual(expect.arrayContaining(shared));
  });

  it('goes on without a seam where the seconds follow that have come since', () => {
    const series = seriesOf(run(5_000));
    const overview = series.overview();
    const delta = new RunStats();
    for (let n = 0; n < 40; n++) {
      delta.series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 5_000, 5_000, 10, 0);
    }
    // It reaches back into seconds that were told, as a worker's report does.
    series.add(delta, 4_998_500, 5_001_000);
    const from = 4_997;
    const joined = [...overview.filter(({ second }) => second < from), ...series.points(from)];
    expectTrue(joined, series.points());
  });
});

describe('a stretch of a run', () => {
  it('begins and ends where it is told to, its points at multiples of the step', () => {
    const series = seriesOf(run(100));
    const points = series.points(7, { endSecond: 33, step: 10 });
    expect(points.map(({ second, seconds }) => [second, seconds])).toEqual([
      [7, 3],
      [10, 10],
      [20, 10],
      [30, 3],
    ]);
    expectTrue(points, series.points(7, { endSecond: 33 }));
    expect(series.points(90, { endSecond: 500, step: 60 }).map(({ second }) => second)).toEqual([90]);
    expect(series.points(50, { endSecond: 40 })).toEqual([]);
  });
});
