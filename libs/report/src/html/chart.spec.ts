import fc from 'fast-check';
import type { SeriesPoint } from '@loadstar/stats';
import { linePath, renderChart } from './chart.js';
import { condense } from './condense.js';
import { clockText, timeTicks, valueTicks } from './scale.js';

const point = (second: number, change: Partial<SeriesPoint> = {}): SeriesPoint => ({
  second,
  requests: 10,
  failures: 1,
  users: 5,
  targetUsers: 5,
  p50Ms: 3,
  p95Ms: 5,
  p99Ms: 9,
  ...change,
});

describe('scales', () => {
  it('reaches the greatest value in a handful of round steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (greatest) => {
        const ticks = valueTicks(greatest);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(greatest * 0.998);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(new Set(ticks).size).toBe(ticks.length);
      }),
    );
  });

  it.each([[0], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('has an axis even for %p', (greatest) => {
    expect(valueTicks(greatest)).toEqual([0, 1]);
  });

  it('puts few time ticks on any length of run', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 7 * 86_400 }), (from, length) => {
        const ticks = timeTicks(from, from + length);
        expect(ticks.length).toBeLessThanOrEqual(9);
        for (const tick of ticks) expect(tick >= from && tick <= from + length).toBe(true);
      }),
    );
  });

  it.each([
    [0, '0:00'],
    [75, '1:15'],
    [3_600, '1:00:00'],
  ])('shows second %p as %p', (second, text) => {
    expect(clockText(second)).toBe(text);
  });
});

describe('condense', () => {
  it('averages rates and keeps the worst percentiles and the most users', () => {
    const { points, step } = condense(
      [point(0), point(1, { requests: 30, p99Ms: 70, users: 8 }), point(2), point(3)],
      4,
      2,
    );
    expect(step).toBe(2);
    expect(points[0]).toMatchObject({ second: 0, requestsPerSecond: 20, p99Ms: 70, users: 8 });
    expect(points).toHaveLength(2);
  });

  it('leaves out the last second when it was cut short', () => {
    const all = [point(0), point(1), point(2, { requests: 1 })];
    expect(condense(all, 2.2).points).toHaveLength(2);
    expect(condense(all, 3).points).toHaveLength(3);
  });

  it('keeps a gap a gap', () => {
    expect(condense([point(0), point(1, { p50Ms: null })], 2).points[1]?.p50Ms).toBeNull();
  });
});

describe('charts', () => {
  it('interrupts a line where there is no value and marks a value that stands alone', () => {
    const path = linePath([1, 2, null, 3, null], [0, 10, 20, 30, 40], (value) => value);
    expect(path).toBe('M0 1L10 2M30 3h0.01');
  });

  it('says so when there is nothing to draw', () => {
    const { text } = renderChart({ id: 'x', title: 'X', unit: 'y', seconds: [], lines: [] });
    expect(text).toContain('too short for a chart');
  });
});
