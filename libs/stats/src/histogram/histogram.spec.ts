import fc from 'fast-check';
import { SeededRandom } from '@loadstar/shared';
import { bucketCount, bucketHighUs, bucketLowUs, bucketOf, maxValueUs, smallBucketOf } from './buckets.js';
import { Histogram } from './histogram.js';
import { Times } from './times.js';

const anyValue = fc.oneof(
  fc.integer({ min: 0, max: 3_000 }),
  fc.integer({ min: 0, max: 10_000_000 }),
  fc.integer({ min: 0, max: maxValueUs }),
);
const anyValues = fc.array(anyValue, { minLength: 1, maxLength: 300 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function exactPercentile(sorted: readonly number[], p: number): number {
  let rank = 1;
  while (rank * 100 < p * sorted.length - 1e-6) rank++;
  return sorted[rank - 1]!;
}

describe('bucket layout', () => {
  it('puts every value into the bucket whose edges enclose it, at most 0.1 % wide', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bucket = bucketOf(value);
        expect(bucket).toBeLessThan(bucketCount);
        expect(bucketLowUs(bucket)).toBeLessThanOrEqual(value);
        expect(bucketHighUs(bucket)).toBeGreaterThanOrEqual(value);
        expect(bucketHighUs(bucket) - bucketLowUs(bucket)).toBeLessThanOrEqual(value / 1_024);
        if (value < 2 ** 31) expect(smallBucketOf(value)).toBe(bucket);
      }),
    );
  });

  it('leaves no gap and no overlap between buckets', () => {
    for (let bucket = 1; bucket < bucketCount; bucket++) {
      expect(bucketLowUs(bucket)).toBe(bucketHighUs(bucket - 1) + 1);
    }
    expect(bucketHighUs(bucketCount - 1)).toBe(maxValueUs);
  });
});

describe('Histogram', () => {
  it('gives percentiles within 0.1 % of the exact ones, and exact extremes, count and sum', () => {
    fc.assert(
      fc.property(anyValues, fc.double({ min: 0, max: 100, noNaN: true }), (values, p) => {
        const histogram = histogramOf(values);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = exactPercentile(sorted, p);
        expect(Math.abs(histogram.percentile(p) - exact)).toBeLessThanOrEqual(exact * 0.001);
        expect(histogram.percentile(0)).toBe(sorted[0]);
        expect(histogram.percentile(100)).toBe(sorted.at(-1));
        expect([histogram.minUs, histogram.maxUs]).toEqual([sorted[0], sorted.at(-1)]);
        expect(histogram.count).toBe(values.length);
        expect(histogram.sumUs).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
    );
  });

  it.each([
    [99.9, 999],
    [50, 500],
    [99, 990],
    [0.1, 1],
  ])('takes percentile %p of 1..1000 at rank %p', (p, rank) => {
    expect(histogramOf(Array.from({ length: 1_000 }, (_, index) => index + 1)).percentile(p)).toBe(rank);
  });

  it('is bit-identical whatever the order of records and merges', () => {
    fc.assert(
      fc.property(fc.array(anyValues, { minLength: 2, maxLength: 5 }), fc.integer(), (parts, seed) => {
        const random = new SeededRandom(seed);
        const shuffled = [...parts].sort(() => random.next() - 0.5);
        const merged = new Histogram();
        for (const part of shuffled) merged.merge(histogramOf(part));
        expect(merged).toEqual(histogramOf(parts.flat()));
      }),
    );
  });

  it('subtracts what was merged: counts and sum exactly, extremes within their bucket', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (before, after) => {
        const earlier = histogramOf(before);
        const later = earlier.clone().merge(histogramOf(after));
        expect(later.covers(earlier)).toBe(true);
        expect(earlier.covers(later)).toBe(false);
        const difference = later.subtract(earlier);
        const truth = histogramOf(after);
        expect(difference.count).toBe(truth.count);
        expect(difference.sumUs).toBe(truth.sumUs);
        const buckets = (histogram: Histogram): number[][] => {
          const list: number[][] = [];
          histogram.forEachBucket((low, high, count) => list.push([low, high, count]));
          return list;
        };
        expect(buckets(difference)).toEqual(buckets(truth));
        expect(bucketOf(difference.minUs)).toBe(bucketOf(truth.minUs));
        expect(bucketOf(difference.maxUs)).toBe(bucketOf(truth.maxUs));
        expect(earlier.clone().merge(difference)).toEqual(later);
      }),
    );
  });

  it('keeps its memory flat for a million records', () => {
    const histogram = new Histogram();
    const random = new SeededRandom(7);
    const record = (): void => histogram.record(1_000 * Math.exp(random.between(0, 4)));
    for (let n = 0; n < 10_000; n++) record();
    const bytes = histogram.pageBytes;
    for (let n = 0; n < 1_000_000; n++) record();
    expect(histogram.pageBytes).toBe(bytes);
    expect(histogram.count).toBe(1_010_000);
  });

  it.each([
    [Number.NaN, 0],
    [-5, 0],
    [1.4, 1],
    [1.5, 2],
    [2 ** 31 - 0.6, 2 ** 31 - 1],
    [2 ** 31 + 0.4, 2 ** 31],
    [Number.POSITIVE_INFINITY, maxValueUs],
    [2 ** 50, maxValueUs],
  ])('records %p as %p', (value, expected) => {
    const histogram = histogramOf([value]);
    expect([histogram.minUs, histogram.maxUs, histogram.sumUs]).toEqual([expected, expected, expected]);
  });

  it('answers 0 to every question while empty', () => {
    const empty = new Histogram();
    expect([empty.minUs, empty.maxUs, empty.meanUs, empty.percentile(99)]).toEqual([0, 0, 0, 0]);
  });

  it('does not let a clone share its counts', () => {
    const original = histogramOf([5]);
    original.clone().record(5);
    expect(original).toEqual(histogramOf([5]));
  });
});

describe('Times', () => {
  it('keeps one histogram while both times are equal, and two from the first that differs', () => {
    const times = new Times();
    times.record(5, 5);
    expect(times.shared).toBe(true);
    times.record(5, 9);
    expect(times.shared).toBe(false);
    expect([times.service.maxUs, times.response.maxUs]).toEqual([5, 9]);
    expect([times.service.count, times.response.count]).toEqual([2, 2]);
  });

  it('merges and subtracts the same as if both were always kept', () => {
    const anyPair = fc.tuple(anyValue, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_000 })));
    const pairs = fc.array(anyPair, { maxLength: 30 });
    fc.assert(
      fc.property(pairs, pairs, (first, second) => {
        const record = (list: readonly [number, number][]): Times => {
          const times = new Times();
          for (const [service, lag] of list) times.record(service, Math.min(service + lag, maxValueUs));
          return times;
        };
        const earlier = record(first);
        const merged = earlier.clone().merge(record(second));
        const all = record([...first, ...second]);
        expect(merged.service).toEqual(all.service);
        expect(merged.response).toEqual(all.response);
        expect(merged.covers(earlier)).toBe(true);
        const difference = merged.subtract(earlier);
        expect(earlier.clone().merge(difference).response).toEqual(all.response);
        expect(difference.response.sumUs).toBe(record(second).response.sumUs);
      }),
    );
  });
});

describe('a histogram that came over the wire', () => {
  const decoded = (values: readonly number[]): Histogram => {
    const { buckets, counts, count, sumUs, minUs, maxUs } = histogramOf(values).toParts();
    expect(count).toBe(values.length);
    return Histogram.fromParts(buckets, counts, buckets.length, sumUs, minUs, maxUs)!;
  };
  const facts = (histogram: Histogram) => {
    const { buckets, counts, ...rest } = histogram.toParts();
    return { ...rest, buckets: [...buckets], counts: [...counts], p: [1, 50, 99].map((p) => histogram.percentile(p)) };
  };

  it('does everything like one that was recorded, in any mix of both', () => {
    const make = fc.constantFrom(histogramOf, decoded);
    fc.assert(
      fc.property(
        anyValues,
        anyValues,
        make,
        make,
        fc.integer({ min: 0, max: 5_000 }),
        (early, late, one, two, more) => {
          const all = [...early, ...late];
          expect(facts(decoded(all))).toEqual(facts(histogramOf(all)));
          expect(facts(one(all).subtract(two(early)))).toEqual(facts(histogramOf(all).subtract(histogramOf(early))));
          expect(one(all).covers(two(early))).toBe(true);
          expect(one(early).covers(two(all))).toBe(false);
          const merged = new Histogram().merge(one(early)).merge(two(late));
          expect(facts(merged)).toEqual(facts(histogramOf(all)));
          merged.record(more);
          expect(facts(merged)).toEqual(facts(histogramOf([...all, more])));
        },
      ),
    );
  });

  it('stays as it is when a copy of it, or what it was merged into, goes on', () => {
    const first = decoded([1_000, 20_000]);
    const before = facts(first);
    first.clone().record(5);
    new Histogram().merge(first).record(20_000);
    expect(facts(first)).toEqual(before);
  });

  it('takes memory by its values, not by the octaves that they span', () => {
    const values = Array.from({ length: 20 }, (_, k) => 2 ** k);
    expect(decoded(values).pageBytes).toBeLessThan(20 * 16);
    expect(histogramOf(values).pageBytes).toBeGreaterThan(8 * 2_048);
  });
});
