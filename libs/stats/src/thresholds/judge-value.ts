/** Compares a measured value with the limit of a threshold, and says in words how it came out. */
import type { Comparison, Threshold, ThresholdResult } from './threshold.js';

export function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

/**
 * Room that a value leaves to its limit as a share of the limit: 0.2 where a fifth is left, below 0 where it is passed.
 * @returns null where nothing is nearer or farther: without a value, for `==` and `!=`, and for a limit of 0
 */
export function marginOf(comparison: Comparison, value: number | null, limit: number | null): number | null {
  if (value === null || limit === null || limit === 0 || comparison === '==' || comparison === '!=') return null;
  const room = comparison.startsWith('<') ? limit - value : value - limit;
  return room / Math.abs(limit);
}

/**
 * The limit to compare with.
 * @param baseline value of the baseline run; used by relative limits only
 * @returns undefined when the limit is relative and there is no baseline
 */
export function limitOf({ relative, limit }: Threshold, baseline: number | undefined): number | undefined {
  if (relative === undefined) return limit;
  if (baseline === undefined) return undefined;
  switch (relative) {
    case '*':
      return baseline * limit;
    case '/':
      return baseline / limit;
    case '+':
      return baseline + limit;
    case '-':
      return baseline - limit;
  }
}

/** Which of two values is harder for a threshold to accept. */
export function worseOf(comparison: Comparison, limit: number, a: number, b: number): number {
  switch (comparison) {
    case '<':
    case '<=':
      return Math.max(a, b);
    case '>':
    case '>=':
      return Math.min(a, b);
    default:
      return holds(a, comparison, limit) ? b : a;
  }
}

export function passedOrNot(threshold: Threshold, value: number, limit: number, where = ''): ThresholdResult {
  const { selector, expression, comparison } = threshold;
  const passed = holds(value, comparison, limit);
  const reason = passed ? null : `${shown(value)} is not ${comparison} ${shownLimit(threshold, limit)}${where}`;
  return { selector, expression, value, passed, reason };
}

export function withoutData({ selector, expression }: Threshold, detail: string): ThresholdResult {
  return { selector, expression, value: null, passed: false, reason: `no data: ${detail}`, missing: 'data' };
}

export function withoutBaseline({ selector, expression }: Threshold, value: number | null): ThresholdResult {
  const reason = 'no baseline: the run was not given one that has this value';
  return { selector, expression, value, passed: false, reason, missing: 'baseline' };
}

export function shownLimit({ relative }: Threshold, limit: number): string {
  return relative === undefined ? String(limit) : `${shown(limit)} (from the baseline)`;
}

export function shown(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
