import { SeededRandom } from '@loadstar/shared';
import { normal } from '../testing/noisy-run.js';
import { trendOf } from './trend.js';

describe('trendOf', () => {
  it('finds a slope, and its direction', () => {
    const rising = trendOf([100, 102, 104.1, 106.1, 108.2, 110.4]);
    expect(rising.direction).toBe('rising');
    expect(rising.changePerRun).toBeCloseTo(0.02, 3);
    expect(trendOf([110, 105, 104, 99, 98, 91])).toMatchObject({ direction: 'falling' });
    expect(trendOf([5, 5, 5, 5, 5, 5])).toMatchObject({ direction: 'none', changePerRun: 0, pValue: 1 });
  });

  it('is not misled by noise or one bad run', () => {
    const random = new SeededRandom('trend');
    let alarms = 0;
    for (let trial = 0; trial < 500; trial++) {
      if (trendOf(Array.from({ length: 10 }, () => 100 * Math.exp(0.1 * normal(random)))).direction !== 'none')
        alarms++;
    }
    expect(alarms / 500).toBeLessThanOrEqual(0.06);
    expect(trendOf([100, 101, 99, 1_000, 100, 101, 99, 100]).direction).toBe('none');
  });

  it('says when there is too little to see', () => {
    expect(trendOf([1, 2, 3, 4])).toMatchObject({ direction: 'too few runs', changePerRun: null });
    expect(trendOf([1, 2, 0, 3, 4, 5])).toMatchObject({ direction: 'too few runs' });
  });
});
