/**
 * Thresholds in k6's object form. Everybody after this file knows texts only: `abortOnFail` becomes the words that the
 * threshold language has for it.
 */
import { formatRunTime, parseRunTime } from '@loadstar/shared';
import { didYouMean } from '../read/did-you-mean.js';
import { shown } from '../read/problems.js';
import type { ThresholdRule } from './options.js';

const fields = ['threshold', 'abortOnFail', 'delayAbortEval'];

/** Why a value is no rule, or undefined when it is one; the text of a rule is read later. */
export function thresholdRuleProblem(rule: unknown, expected: string): string | undefined {
  if (typeof rule === 'string') return rule === '' ? expected : undefined;
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return expected;
  for (const field of Object.keys(rule)) {
    if (!fields.includes(field)) {
      return `a threshold has no "${field}"${didYouMean(field, fields)}; it has ${fields.join(', ')}`;
    }
  }
  const { threshold, abortOnFail, delayAbortEval } = rule as Record<string, unknown>;
  if (typeof threshold !== 'string' || threshold === '') return 'expected "threshold" to be a text such as "p95<500"';
  if (abortOnFail !== undefined && typeof abortOnFail !== 'boolean')
    return 'expected "abortOnFail" to be true or false';
  if (delayAbortEval !== undefined && secondsOf(delayAbortEval) === undefined) {
    return `expected "delayAbortEval" to be whole seconds or a text such as "10s", not ${shown(delayAbortEval)}`;
  }
  return undefined;
}

/** The rule as one text, such as `p95<500 or abort after 10s`. */
export function thresholdText(rule: ThresholdRule): string {
  if (typeof rule === 'string') return rule;
  if (rule.abortOnFail !== true) return rule.threshold;
  const seconds = secondsOf(rule.delayAbortEval ?? 0) ?? 0;
  return `${rule.threshold} or abort${seconds > 0 ? ` after ${formatRunTime(seconds)}` : ''}`;
}

function secondsOf(value: unknown): number | undefined {
  if (typeof value === 'string') return /^0+s?$/.test(value.trim()) ? 0 : parseRunTime(value);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
