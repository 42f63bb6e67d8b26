// What thresholds say, in the units that their metrics have.
import type { ThresholdView } from '@loadstar/shared';
import { noValue, numbers } from '../format/numbers.js';

export function thresholdValue(
  { selector, expression }: Pick<ThresholdView, 'selector' | 'expression'>,
  value: number | null,
): string {
  if (value === null) return noValue;
  if (selector.includes('duration') && !expression.startsWith('count')) return numbers.milliseconds(value);
  if (/^(request_failed|checks)/.test(selector) && expression.startsWith('rate')) return numbers.percent(value);
  return numbers.rate(value);
}

/** Thresholds that do not hold; one without data counts once the run is over. */
export function failingThresholds(thresholds: readonly ThresholdView[] = [], active: boolean): number {
  return thresholds.filter(({ state }) => state === 'failing' || (state === 'no data' && !active)).length;
}
