/** Differences in words, with as many digits as they deserve. */
import type { Effect } from './comparison.js';

export function shownName(method: string, name: string): string {
  return method === '' ? name : `${method} ${name}`;
}

/** `p95 +12 % (8..16 %)`, `fail rate 0.1 % -> 2.3 % (+1.5..2.9 points)`. */
export function effectWords(effect: Effect): string {
  const { metric, before, after, change, low, high } = effect;
  if (metric === 'failRate') {
    return `fail rate ${percent(before)} % -> ${percent(after)} % (${signed(low)}..${percent(high)} points)`;
  }
  const word = metric === 'typical' ? 'typical time' : metric;
  return `${word} ${signed(change)} % (${percent(low)}..${percent(high)} %)`;
}

function percent(share: number): string {
  const value = share * 100;
  const digits = Math.abs(value) < 9.95 ? 1 : 0;
  // -0.0 is 0.
  return String(Number(value.toFixed(digits)) + 0);
}

function signed(share: number): string {
  const text = percent(share);
  return text.startsWith('-') ? text : `+${text}`;
}
