import { parseDelayRange } from './delay-range.js';

test.each([
  ['0', { minMs: 0, maxMs: 0 }],
  ['5', { minMs: 5, maxMs: 5 }],
  ['50-100', { minMs: 50, maxMs: 100 }],
  [' 7-7 ', { minMs: 7, maxMs: 7 }],
  ['60000', { minMs: 60_000, maxMs: 60_000 }],
  ['60001', undefined],
  ['100-50', undefined],
  ['', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['5ms', undefined],
])('reads %p', (text, range) => {
  expect(parseDelayRange(text)).toEqual(range);
});
