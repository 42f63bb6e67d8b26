/**
 * Reads thresholds: a selector such as `request_duration{name:/users,method:GET}` and an expression such as `p95<500`.
 * Whatever cannot be read is an error that names the place and the words that were possible: a threshold that is
 * silently ignored would be a gate that is always open.
 */
import { LoadstarError } from '@loadstar/shared';
import {
  type Comparison,
  comparisons,
  type Metric,
  metrics,
  type Statistic,
  type Tag,
  type Threshold,
} from './threshold.js';

type Thresholds = Readonly<Record<string, readonly string[]>>;

/** All thresholds of a scenario. @throws LoadstarError SCENARIO_INVALID for the first one that cannot be read */
export function parseThresholds(thresholds: Thresholds): Threshold[] {
  return Object.entries(thresholds).flatMap(([selector, expressions]) => {
    if (!Array.isArray(expressions) || !expressions.every((expression) => typeof expression === 'string')) {
      throw invalid(`thresholds of "${selector}" must be a list of texts such as ['p95<500']`);
    }
    return expressions.map((expression) => parseThreshold(selector, expression));
  });
}

/** One threshold. @throws LoadstarError SCENARIO_INVALID */
export function parseThreshold(selector: string, expression: string): Threshold {
  const { metric, tags } = parseSelector(selector);
  return { selector, expression, metric, tags, ...parseExpression(metric, selector, expression) };
}

function parseSelector(selector: string): Pick<Threshold, 'metric' | 'tags'> {
  const brace = selector.indexOf('{');
  const word = (brace < 0 ? selector : selector.slice(0, brace)).trim();
  if (!Object.hasOwn(metrics, word)) {
    throw invalid(
      `threshold "${selector}", position 1: "${word}" is not a metric; known are ${list(Object.keys(metrics))}`,
    );
  }
  const metric = word as Metric;
  if (brace < 0) return { metric, tags: {} };
  const end = selector.trimEnd();
  if (!end.endsWith('}')) {
    throw invalid(`threshold "${selector}", position ${end.length + 1}: expected "}"`);
  }
  return { metric, tags: parseTags(selector, metric, brace + 1, end.length - 1) };
}

/** Tags between two positions of a selector. A comma in a value is part of it unless `tag:` follows. */
function parseTags(selector: string, metric: Metric, from: number, to: number): Threshold['tags'] {
  const allowed: readonly string[] = metrics[metric].tags;
  const tags: Partial<Record<Tag, string>> = {};
  let position = from;
  for (const part of selector.slice(from, to).split(/,(?=\s*[a-z_]+\s*:)/)) {
    const colon = part.indexOf(':');
    const tag = (colon < 0 ? part : part.slice(0, colon)).trim();
    const at = `threshold "${selector}", position ${position + 1}`;
    if (!allowed.includes(tag)) {
      const known = allowed.length > 0 ? `it takes ${list(allowed)}` : 'it takes none';
      throw invalid(`${at}: "${tag}" is not a tag of ${metric}; ${known}`);
    }
    const value = colon < 0 ? '' : part.slice(colon + 1).trim();
    if (value === '') throw invalid(`${at}: expected "${tag}:value"`);
    if (Object.hasOwn(tags, tag)) throw invalid(`${at}: "${tag}" was given before`);
    tags[tag as Tag] = value;
    position += part.length + 1;
  }
  return tags;
}

function parseExpression(
  metric: Metric,
  selector: string,
  expression: string,
): Pick<Threshold, 'statistic' | 'comparison' | 'limit'> {
  const where = (position: number): string => `threshold "${selector}": "${expression}", position ${position + 1}`;
  const word = /^\s*([a-z]*(?:\([^)]*\)|\d+(?:\.\d+)?)?)\s*/i.exec(expression) ?? ['', ''];
  const statistic = parseStatistic(word[1] ?? '');
  const allowed: readonly string[] = metrics[metric].statistics;
  if (statistic === undefined || !allowed.includes(statistic.kind)) {
    const words = allowed.map((kind) => (kind === 'percentile' ? 'p(N) or pN with N from 0 to 100' : kind));
    throw invalid(`${where(expression.search(/\S|$/))}: expected one of ${list(words)}`);
  }
  const afterWord = word[0].length;
  const comparison = comparisons.find((sign) => expression.startsWith(sign, afterWord));
  if (comparison === undefined) throw invalid(`${where(afterWord)}: expected one of ${comparisons.join(' ')}`);
  const number = expression.slice(afterWord + comparison.length);
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(number)) {
    throw invalid(`${where(afterWord + comparison.length)}: expected a number such as 500 or 0.05`);
  }
  return { statistic, comparison: comparison satisfies Comparison, limit: Number(number) };
}

function parseStatistic(word: string): Statistic | undefined {
  if (word === 'count' || word === 'rate' || word === 'avg' || word === 'min' || word === 'max' || word === 'med') {
    return { kind: word };
  }
  const match = /^p(?:(\d+(?:\.\d+)?)|\(\s*(\d+(?:\.\d+)?)\s*\))$/.exec(word);
  const percentile = Number(match?.[1] ?? match?.[2]);
  return percentile >= 0 && percentile <= 100 ? { kind: 'percentile', percentile } : undefined;
}

function list(words: readonly string[]): string {
  return words.join(', ');
}

function invalid(detail: string): LoadstarError {
  return new LoadstarError('SCENARIO_INVALID', { detail });
}
