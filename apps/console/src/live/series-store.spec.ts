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
