import type { SeriesPoint } from '@loadstar/shared';
import { SeriesStore } from './series-store.js';

const point = (second: number, requests = 10, p95Ms: number | null = 50): SeriesPoint => ({
  second,
  requests,
  failures: 0,
  users: 5,
  targetUsers: 5,
  p50Ms: 20,
  p95Ms,
  p99Ms: 90,
});

describe('series store', () => {
  it('keeps one entry a second, in order', () => {
    const store = new SeriesStore();
    store.add([point(0), point(1), point(2)]);
    expect(store.columns.seconds).toEqual([0, 1, 2]);
    expect(store.columns.requests).toEqual([10, 10, 10]);
    expect(store.lastSecond).toBe(2);
  });

  it('leaves seconds that nobody reported empty in every column, so that they are drawn as a gap', () => {
    const store = new SeriesStore();
    store.add([point(3), point(6)]);
    expect(store.columns.seconds).toEqual([3, 4, 5, 6]);
    expect(store.columns.requests).toEqual([10, null, null, 10]);
    expect(store.columns.users).toEqual([5, null, null, 5]);
  });

  it('draws nothing through a second whose counts are a part of a longer time, until somebody has told it by itself', () => {
    const store = new SeriesStore();
    store.add([point(0), { ...point(1), gap: true, latency: [1] }, point(2)]);
    expect(store.columns.requests).toEqual([10, null, 10]);
    expect(store.columns.p95Ms).toEqual([50, null, 50]);
    expect(store.latency[1]).toBeNull();
    store.add([point(1, 7)]);
    expect(store.columns.requests).toEqual([10, 7, 10]);
  });

  it('fills a gap when its points arrive late and replaces points that changed', () => {
    const store = new SeriesStore();
    store.add([point(0), point(3)]);
    store.add([point(2, 7), point(1, 6), point(3, 11)]);
    expect(store.columns.requests).toEqual([10, 6, 7, 11]);
  });

  it('keeps a missing percentile missing while the other columns have values', () => {
    const store = new SeriesStore();
    store.add([point(0, 0, null)]);
    expect(store.columns.requests).toEqual([0]);
    expect(store.columns.p95Ms).toEqual([null]);
  });

  it('forgets the oldest seconds beyond its capacity and ignores their late versions', () => {
    const store = new SeriesStore(100);
    for (let second = 0; second <= 250; second += 1) store.add([point(second)]);
    expect(store.length).toBeLessThanOrEqual(100);
    expect(store.lastSecond).toBe(250);
    store.add([point(1)]);
    expect(store.lastSecond).toBe(250);
    expect(store.columns.seconds[0]).toBeGreaterThan(100);
    expect(store.columns.seconds).toHaveLength(store.columns.requests.length);
  });

  it('starts again instead of opening millions of empty seconds', () => {
    const store = new SeriesStore(100);
    store.add([point(0), point(10_000_000)]);
    expect(store.columns.seconds).toEqual([10_000_000]);
  });

  it('can be cleared for the next run', () => {
    const store = new SeriesStore();
    store.add([point(5)]);
    store.clear();
    expect(store.length).toBe(0);
    store.add([point(0)]);
    expect(store.columns.seconds).toEqual([0]);
  });
});

describe('a long run in the series store', () => {
  const together = (second: number, seconds: number, requests: number): SeriesPoint => ({
    ...point(second, requests),
    seconds,
  });
  const long = (): SeriesStore => {
    const store = new SeriesStore();
    store.add([together(0, 10, 50), together(10, 10, 80), together(20, 5, 10), point(25, 3), point(26, 4)]);
    return store;
  };

  it('draws several seconds together as their mean rate, on one axis with single seconds', () => {
    const store = long();
    expect(store.seconds).toEqual([0, 10, 20, 25, 26]);
    expect(store.spans).toEqual([10, 10, 5, 1, 1]);
    expect(store.columns.requests).toEqual([5, 8, 2, 3, 4]);
    expect(store.columns.users).toEqual([5, 5, 5, 5, 5]);
    expect(store.lastSecond).toBe(26);
  });

  it('goes on with the seconds that follow, and lets them grow', () => {
    const store = long();
    expect(store.add([point(26, 9), point(27, 1)])).toBe(true);
    expect(store.columns.requests.slice(-3)).toEqual([3, 9, 1]);
    // A single second of those that were told together is in their sum already.
    store.add([point(12, 1000)]);
    expect(store.columns.requests).toEqual([5, 8, 2, 3, 9, 1]);
  });

  it('takes finer points in the place of what they cover, and of nothing else', () => {
    const store = long();
    const [from, to] = store.whole(12, 22);
    expect([from, to]).toEqual([10, 25]);
    expect(store.coarsest(12, 22)).toBe(10);
    store.refine(Array.from({ length: 15 }, (_, index) => point(from + index, index)));
    expect(store.coarsest(12, 26)).toBe(1);
    expect(store.coarsest(0, 26)).toBe(10);
    expect(store.columns.requests).toEqual([5, ...Array.from({ length: 15 }, (_, index) => index), 3, 4]);
    expect(store.spans).toHaveLength(store.seconds.length);
    expect(store.latency).toHaveLength(store.seconds.length);
    store.add([point(27, 6)]);
    expect(store.lastSecond).toBe(27);
  });

  it('leaves an entry alone that finer points cover in part', () => {
    const store = long();
    store.refine([point(0, 1), point(1, 2)]);
    expect(store.columns.requests).toEqual([5, 8, 2, 3, 4]);
    store.refine([]);
    store.refine([point(100, 1)]);
    expect(store.seconds).toEqual([0, 10, 20, 25, 26]);
  });
});
