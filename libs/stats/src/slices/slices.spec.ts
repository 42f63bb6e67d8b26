import fc from 'fast-check';
import { SeededRandom } from '@loadstar/shared';
import { Histogram } from '../histogram/histogram.js';
import { RunStats } from '../run-stats/run-stats.js';
import { recordSome } from '../testing/random-stats.js';
import { cellOf } from './cell.js';
import { coarseBucketOf, coarseLowUs, coarseOfFine } from './coarse.js';
import { countBelow, Distribution } from './distribution.js';
import { SliceStore } from './slice-store.js';
import { allNames, sliceCount, wholeSlices } from './sliced-run.js';
import { restoreSlices, storeSlices } from './slices-codec.js';

function storeOf(seconds: number, limits?: ConstructorParameters<typeof SliceStore>[0]) {
  const store = new SliceStore(limits);
  const total = new RunStats();
  const random = new SeededRandom(seconds);
  for (let second = 0; second < seconds; second++) {
    const delta = new RunStats();
    recordSome(delta, random, 30, second * 1_000);
    store.add(delta, second * 1_000, (second + 1) * 1_000);
    total.merge(delta);
  }
  return { store, total };
}

describe('slices', () => {
  it('has buckets that hold each value, one after the other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 35.9, noNaN: true }), (power) => {
        const value = Math.floor(2 ** power);
        const bucket = coarseBucketOf(value);
        expect(value).toBeGreaterThanOrEqual(coarseLowUs(bucket));
        expect(value).toBeLessThan(coarseLowUs(bucket + 1));
      }),
    );
    const coarse = coarseOfFine();
    expect(coarse.every((bucket, fine) => fine === 0 || bucket - (coarse[fine - 1] ?? 0) <= 1)).toBe(true);
  });

  it.each([
    [40, undefined, 1_000, 40],
    [700, undefined, 4_000, 175],
    [50, { slices: 300, names: 3, buckets: 1e6 }, 1_000, 50],
    [130, { slices: 300, names: 200, buckets: 400 }, 4_000, 33],
  ])('loses nothing in %d seconds with limits %j', (seconds, limits, widthMs, slices) => {
    const { store, total } = storeOf(seconds, limits);
    const run = store.sliced();
    expect(run).toMatchObject({ widthMs, fromMs: 0, endMs: seconds * 1_000 });
    expect(sliceCount(run)).toBe(slices);
    expect(run.names.length).toBeLessThanOrEqual((limits?.names ?? 200) + 1);
    const all = Distribution.of(allNames(run).cells);
    const expected = new Histogram();
    let failures = 0;
    for (const series of total.allSeries()) {
      expected.merge(series.ok.response).merge(series.failed.response);
      failures += series.failures;
    }
    expect(all).toMatchObject({ count: expected.count, sumUs: expected.sumUs, requests: expected.count, failures });
    for (const p of [10, 50, 95, 99])
      expect(Math.abs(all.quantile(p / 100) / expected.percentile(p) - 1)).toBeLessThan(0.2);
  });

  it('drops a last slice that is only part of one, and starts anew after a reset', () => {
    const { store } = storeOf(10);
    const late = new RunStats();
    recordSome(late, new SeededRandom(1), 5);
    store.add(late, 10_000, 10_400);
    expect(sliceCount(store.sliced())).toBe(11);
    expect(sliceCount(wholeSlices(store.sliced()))).toBe(10);
    store.reset(20_500);
    store.add(late, 20_000, 20_400);
    store.add(late, 20_500, 21_500);
    expect(store.sliced()).toMatchObject({ fromMs: 20_500, endMs: 21_500 });
    expect(sliceCount(store.sliced())).toBe(1);
  });

  it('reads back what it stores', () => {
    const run = storeOf(30).store.sliced();
    const text = JSON.stringify(storeSlices(run));
    const again = restoreSlices(JSON.parse(text));
    expect(again.names.map(({ name, method }) => [method, name])).toEqual(
      run.names.map(({ name, method }) => [method, name]),
    );
    again.names.forEach(({ cells }, name) =>
      cells.forEach((cell, slice) => {
        const { sumUs, ...rest } = run.names[name]!.cells[slice]!;
        expect(cell).toMatchObject(rest);
        expect(cell.sumUs).toBeCloseTo(sumUs, 3);
      }),
    );
  });

  it.each(['/////w==', 'gICAgICAgICAgIA=', 'AQ=='])('refuses damaged distributions: %s', (times) => {
    const stored = storeSlices(storeOf(3).store.sliced());
    stored.names[0]!.times[1] = times;
    expect(() => restoreSlices(stored)).toThrow(/cannot be read/);
  });

  it('refuses lists of unequal length', () => {
    const stored = storeSlices(storeOf(3).store.sliced());
    stored.names[0]!.requests.pop();
    expect(() => restoreSlices(stored)).toThrow(/not a value for every slice/);
  });

  it('counts below a value what the quantile of that share is', () => {
    const histogram = new Histogram();
    const random = new SeededRandom(5);
    for (let n = 0; n < 20_000; n++) histogram.record(1_000 + 50_000 * random.next());
    const cell = cellOf(20_000, 0, histogram);
    const all = Distribution.of([cell]);
    for (const p of [0.01, 0.5, 0.95, 0.999]) {
      expect(countBelow(cell, all.quantile(p)) / 20_000).toBeCloseTo(p, 4);
      expect(all.quantile(p)).toBeCloseTo(1_000 + 50_000 * p, -3);
    }
    expect(all.clear().quantile(0.5)).toBe(0);
  });
});
