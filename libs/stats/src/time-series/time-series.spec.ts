import fc from 'fast-check';
import { RunStats } from '../run-stats/run-stats.js';
import { latencyBoundsMs } from './latency-buckets.js';
import { deal, distributionSeconds, splitSeconds } from './spread.js';
import { secondLimit, TimeSeries } from './time-series.js';

function requests(count: number, failures = 0, us = 5_000, name = '/'): RunStats {
  const stats = new RunStats();
  const series = stats.series({ userClass: 'A', method: 'GET', name });
  for (let n = 0; n < count; n++) series.finish(n < failures ? 'status' : 'ok', us, us, 10, 0);
  return stats;
}

const moments = fc
  .tuple(fc.double({ min: 0, max: 60_000, noNaN: true }), fc.double({ min: 0, max: 15_000, noNaN: true }))
  .map(([from, length]) => [from, from + length] as const);

describe('dealing a delta to seconds', () => {
  it('adds up exactly, stays whole and within one of the share', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 1e9 }), ([from, to], count) => {
        const parts = splitSeconds(from, to, secondLimit);
        const dealt = deal(count, parts);
        expect(dealt.reduce((sum, own) => sum + own, 0)).toBe(count);
        parts.forEach(({ overlapMs }, index) => {
          expect(Number.isInteger(dealt[index]) && dealt[index]! >= 0).toBe(true);
          if (to > from) expect(Math.abs(dealt[index]! - (count * overlapMs) / (to - from))).toBeLessThanOrEqual(1.001);
        });
      }),
    );
  });

  it.each([
    [1_000, 2_000, [1], [1]],
    [400, 1_400, [0, 1], [0]],
    [600, 1_600, [0, 1], [1]],
    [500, 3_200, [0, 1, 2, 3], [0, 1, 2]],
    [20_000, 20_300, [20], [20]],
    [5_000, 5_000, [5], [5]],
    [Number.NaN, Number.NaN, [0], [0]],
    [-50, 900, [0], [0]],
  ])('deals %p..%p ms to the seconds %p and shows its times in %p', (from, to, covered, shown) => {
    const parts = splitSeconds(from, to, secondLimit);
    expect(parts.map(({ second }) => second)).toEqual(covered);
    expect(distributionSeconds(parts).map(({ second }) => second)).toEqual(shown);
  });

  it('counts in the last second what claims to be beyond the limit', () => {
    expect(splitSeconds(1e15, 1e15 + 5_000, 100).map(({ second }) => second)).toEqual([99]);
  });
});

describe('TimeSeries', () => {
  it('loses and invents no request, whatever the deltas cover', () => {
    const deltas = fc.array(fc.tuple(moments, fc.nat(50), fc.nat(50)), { maxLength: 20 });
    fc.assert(
      fc.property(deltas, (list) => {
        const series = new TimeSeries();
        let expected = 0;
        let expectedFailures = 0;
        for (const [[from, to], count, failed] of list) {
          series.add(requests(count, Math.min(count, failed)), from, to);
          expected += count;
          expectedFailures += Math.min(count, failed);
        }
        const points = series.points();
        expect(points.reduce((sum, point) => sum + point.requests, 0)).toBe(expected);
        expect(points.reduce((sum, point) => sum + point.failures, 0)).toBe(expectedFailures);
        for (const { requests: all, failures } of points) expect(failures).toBeLessThanOrEqual(all);
      }),
    );
  });

  it('merges the response times of all workers in a second', () => {
    const series = new TimeSeries();
    series.add(requests(50, 0, 1_000), 0, 1_000);
    series.add(requests(50, 0, 9_000), 0, 1_000);
    expect(series.points()[0]).toMatchObject({ requests: 100, p50Ms: 1, p95Ms: expect.closeTo(9, 1) });
  });

  it('tells a second without times from one with times of 0 ms', () => {
    const series = new TimeSeries();
    series.add(requests(1, 0, 0), 0, 1_000);
    series.users('w', 1_500, 1, 1);
    expect(series.points().map(({ p50Ms }) => p50Ms)).toEqual([0, null]);
  });

  it('knows for every second the users that each incarnation stated last, or most of in that second, in whatever order they speak', () => {
    const statement = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(20), fc.nat(100));
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 25 }), (statements) => {
        const series = new TimeSeries();
        const taken: typeof statements = [];
        for (const [who, second, users] of statements) {
          series.users(who, second * 1_000, users, users);
          const newest = Math.max(-1, ...taken.filter(([other]) => other === who).map(([, at]) => at));
          if (second >= newest) taken.push([who, second, users]);
        }
        for (const point of series.points()) {
          const expected = ['a', 'b', 'c'].map((who) => {
            const said = taken.filter(([other, at]) => other === who && at <= point.second);
            const inIt = said.filter(([, at]) => at === point.second).map(([, , users]) => users);
            return inIt.length > 0 ? Math.max(...inIt) : (said.at(-1)?.[2] ?? 0);
          });
          expect(point.users).toBe(expected.reduce((sum, users) => sum + users, 0));
        }
      }),
    );
  });

  it('shows the users of a run that is over in the second it was first heard in', () => {
    const series = new TimeSeries();
    series.users('a', 2_100, 4, 4);
    series.users('a', 2_900, 0, 0);
    expect(series.peakUsers).toBe(4);
    series.users('b', 3_000, 1, 1);
    expect(series.points().map(({ users }) => users)).toEqual([0, 0, 4, 1]);
  });

  it('counts the users of an incarnation no more when it is gone', () => {
    const series = new TimeSeries();
    series.users('a', 0, 5, 6);
    series.users('b', 0, 3, 3);
    series.gone('a', 2_000);
    expect(series.points().map(({ users, targetUsers }) => [users, targetUsers])).toEqual([
      [8, 9],
      [8, 9],
      [3, 3],
    ]);
    expect(series.peakUsers).toBe(8);
  });

  it('takes current rates over the ten seconds that end two before the newest', () => {
    const series = new TimeSeries();
    for (let second = 0; second < 30; second++) {
      const count = second >= 28 ? 1_000 : second;
      series.add(requests(count, second === 20 ? 20 : 0), second * 1_000, (second + 1) * 1_000);
    }
    // Seconds 18 to 27.
    expect(series.recentRates().total).toEqual({ requestsPerSecond: 22.5, failuresPerSecond: 2 });
    expect(series.recentRates().of('GET', '/')).toEqual({ requestsPerSecond: 22.5, failuresPerSecond: 2 });
    expect(series.recentRates().of('GET', '/other')).toEqual({ requestsPerSecond: 0, failuresPerSecond: 0 });
    expect(series.recentResponse().count).toBe(225);
  });

  it('tells requests by response time for every second, and as many as there were', () => {
    const series = new TimeSeries();
    series.add(requests(3, 1, 400), 0, 1_000);
    series.add(requests(2, 0, 12_000), 200, 1_200);
    series.add(requests(4, 0, 60_000_000), 2_000, 6_000);
    const [first, second, third] = series.points();
    const at = latencyBoundsMs.indexOf(15);
    expect(first?.latency?.[0]).toBe(3);
    expect((first?.latency?.[at] ?? 0) + (second?.latency?.[at] ?? 0)).toBe(2);
    // What is above every bound is in the last bucket; here dealt evenly to the seconds of a long delta.
    expect(third?.latency).toEqual([...latencyBoundsMs.map(() => 0), 1]);
    for (const { latency, requests: all } of series.points()) {
      expect((latency ?? []).reduce((sum, count) => sum + count, 0)).toBe(all);
    }
  });

  it('tells service time apart from response time', () => {
    const series = new TimeSeries();
    const late = new RunStats();
    late.series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 1_000, 50_000, 10, 0);
    series.add(late, 0, 1_000);
    expect(series.points()[0]).toMatchObject({ p50Ms: expect.closeTo(50, 0), serviceP50Ms: 1 });
  });

  it('marks seconds that nobody reported on by themselves as a gap, with counts that are right in sum', () => {
    const series = new TimeSeries();
    series.add(requests(10), 0, 1_000);
    series.add(requests(50), 1_000, 6_000);
    series.add(requests(10), 6_000, 7_000);
    expect(series.points().map(({ gap = false }) => gap)).toEqual([false, true, true, true, true, true, false]);
    expect(series.points().reduce((sum, point) => sum + point.requests, 0)).toBe(70);
    // A worker that was heard all the while fills it.
    series.add(requests(1), 3_000, 4_000);
    expect(series.points()[3]?.gap).toBeUndefined();
  });

  it('keeps a day in some twenty megabytes', () => {
    const series = new TimeSeries();
    const delta = requests(1);
    for (let second = 0; second < 86_400; second++) series.add(delta, second * 1_000, (second + 1) * 1_000);
    expect(series.length).toBe(86_400);
    expect(series.memoryBytes).toBeLessThan(24 * 2 ** 20);
  });

  it('goes on from its points as if nobody had stopped it', () => {
    const whole = new TimeSeries();
    const first = new TimeSeries();
    const say = (series: TimeSeries, second: number): void => {
      series.add(requests(10 + second, 1), second * 1_000, (second + 1) * 1_000);
      series.users('a', second * 1_000, 5, 6);
      if (second < 3) series.users('b', second * 1_000, 2, 2);
    };
    for (let second = 0; second < 5; second++) {
      say(whole, second);
      say(first, second);
    }
    const second = new TimeSeries();
    second.restore(first.points(), [
      { incarnation: 'a', elapsedMs: 4_000, users: 5, targetUsers: 6 },
      { incarnation: 'b', elapsedMs: 2_000, users: 2, targetUsers: 2 },
    ]);
    expect(second.points()).toEqual(first.points());
    for (const series of [whole, second]) {
      say(series, 5);
      series.gone('b', 6_000);
      say(series, 6);
    }
    expect(second.points()).toEqual(whole.points());
    expect(second.peakUsers).toBe(7);
  });
});
