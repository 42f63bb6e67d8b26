import type { Effect } from '@loadstar/shared';
import { changeWords, intervalWords } from './effects.js';

const effect = (part: Partial<Effect>) => ({ metric: 'p95', change: 0.12, low: 0.08, high: 0.16, ...part }) as Effect;

describe('effects in words', () => {
  it('say direction, size and interval', () => {
    expect(changeWords(effect({}))).toMatch(/^\+12\s?%$/);
    expect(intervalWords(effect({ low: -0.031, high: 0.004 }))).toMatch(/^−3\.1\s?% to \+0\.4\s?%$/);
  });

  it('count the fail rate in points, and give nothing no direction', () => {
    expect(changeWords(effect({ metric: 'failRate', change: 0.02 }))).toMatch(/^\+2\s?% points$/);
    expect(changeWords(effect({ change: 0.00001 }))).toMatch(/^0\s?%$/);
  });
});
