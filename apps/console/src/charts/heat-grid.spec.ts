import type { RunEvent } from '../api/extras.js';
import { markNear } from './chart-marks.js';
import { gather } from './heat-grid.js';

const source = (first: number, latency: (number[] | null)[], span = 1) => ({
  seconds: latency.map((_, index) => first + index * span),
  spans: latency.map(() => span),
  latency,
});

describe('heat grid', () => {
  it('deals what several seconds counted together to all columns that they lie in', () => {
    const grid = gather(source(0, [[6], [3]], 6), { from: 0, to: 11, columns: 4, buckets: 1 });
    expect([...grid.counts]).toEqual([3, 3, 1.5, 1.5]);
    const half = gather(source(0, [[6], [3]], 6), { from: 3, to: 8, columns: 6, buckets: 1 });
    expect([...half.counts]).toEqual([1, 1, 1, 0.5, 0.5, 0.5]);
  });

  it('adds the seconds of a column up and loses none', () => {
    const grid = gather(source(10, [[1, 2], null, [0, 3], [4]]), { from: 10, to: 13, columns: 2, buckets: 3 });
    expect([...grid.counts]).toEqual([1, 2, 0, 4, 3, 0]);
    expect(grid).toMatchObject({ secondsPerColumn: 2, most: 4, low: 0, high: 2 });
  });

  it('shows only the stretch that is asked for', () => {
    const grid = gather(source(0, [[1], [1], [1], [1]]), { from: 1, to: 2, columns: 2, buckets: 1 });
    expect([...grid.counts]).toEqual([1, 1]);
  });

  it('is empty, not broken, while nothing is known', () => {
    expect(gather(source(0, []), { from: 0, to: 30, columns: 10, buckets: 4 })).toMatchObject({
      most: 1,
      low: 0,
      high: 0,
    });
  });
});

describe('marks', () => {
  const mark = (second: number, text: string): RunEvent => ({ second, text, at: '', kind: 'edited' });
  it('are found where the reader points, the nearest first', () => {
    const marks = [mark(10, 'a'), mark(12, 'b'), mark(50, 'c')];
    const window = { kind: 'fixed' as const, from: 0, to: 300 };
    expect(markNear(marks, 11.6, window)?.text).toBe('b');
    expect(markNear(marks, 30, window)).toBeUndefined();
  });
});
