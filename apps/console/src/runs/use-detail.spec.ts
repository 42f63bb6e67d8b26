import { SeriesStore } from '../live/series-store.js';
import { detailFor, stepFor } from './use-detail.js';

/** A day: a point for every two minutes, the last quarter of an hour by seconds. */
function day(): SeriesStore {
  const store = new SeriesStore();
  const point = (second: number, seconds: number) => ({
    ...{ second, seconds, requests: seconds, failures: 0, users: 1, targetUsers: 1 },
    ...{ p50Ms: 1, p95Ms: 2, p99Ms: 3 },
  });
  const older = Array.from({ length: 712 }, (_, index) => point(index * 120, 120));
  const newest = Array.from({ length: 900 }, (_, index) => point(712 * 120 + index, 1));
  store.add([...older, ...newest]);
  return store;
}

describe('what is asked for when somebody looks closer', () => {
  it('is every second of a short stretch, and whole entries of what is there', () => {
    expect(detailFor(day(), { kind: 'fixed', from: 1_000.4, to: 1_500.7 })).toEqual({ from: 960, to: 1_559, step: 1 });
  });

  it('is several seconds together of a longer one', () => {
    expect(detailFor(day(), { kind: 'fixed', from: 0, to: 14_399 })).toEqual({ from: 0, to: 14_399, step: 15 });
  });

  it('is nothing where what is there is fine enough', () => {
    expect(detailFor(day(), { kind: 'follow', seconds: null })).toBeUndefined();
    expect(detailFor(day(), { kind: 'follow', seconds: 300 })).toBeUndefined();
    expect(detailFor(new SeriesStore(), { kind: 'follow', seconds: null })).toBeUndefined();
  });

  it('is at most about a chart full of points', () => {
    for (const seconds of [1, 60, 1_999, 2_000, 2_001, 86_400, 604_800]) {
      expect(seconds / stepFor(seconds)).toBeLessThanOrEqual(2_000);
    }
  });
});
