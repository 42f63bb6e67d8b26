/**
 * Reads thresholds: a selector such as `request_duration{name:/users,method:GET}` and an expression such as `p95<500`.
 * Whatever cannot be read is an error that names the place and the words that were possible: a threshold that is
 * silently ignored would be a gate that is always open.
 */
import { LoadstarError } from '@loadstar/shared';
import { parseExpression } from './parse-expression.js';
import { type Metric, metricAliases, metrics, type Tag, type Threshold } from './threshold.js';

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
  const place = `threshold "${selector}": "${expression}"`;
  return { selector, expression, metric, tags, ...parseExpression(metric, place, expression) };
}

function parseSelector(selector: string): Pick<Threshold, 'metric' | 'tags'> {
  const brace = selector.indexOf('{');
  const word = (brace < 0 ? selector : selector.slice(0, brace)).trim();
  const known = Object.hasOwn(metricAliases, word) ? metricAliases[word] : word;
  if (known === undefined || !Object.hasOwn(metrics, known)) {
    throw invalid(
      `threshold "${selector}", position 1: "${word}" is not a metric; known are ${list(Object.keys(metrics))}`,
    );
  }
  const metric = known as Metric;
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

function list(words: readonly string[]): string {
  return words.join(', ');
}

function invalid(detail: string): LoadstarError {
  return new LoadstarError('SCENARIO_INVALID', { detail });
}
