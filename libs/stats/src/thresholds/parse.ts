/**
 * Reads thresholds: a selector such as `request_duration{name:/users,method:GET}` and an expression such as `p95<500`.
 * Whatever cannot be read is an error that names the place and the words that were possible: a threshold that is
 * silently ignored would be a gate that is always open.
 */
import { LoadstarError } from '@loadstar/shared';
import { parseExpression } from './parse-expression.js';
import { type Metric, metricAliases, metrics, type Tag, type TaggedScenario, type Threshold } from './threshold.js';

type Thresholds = Readonly<Record<string, readonly string[]>>;

/**
 * All thresholds of a scenario file.
 * @param scenarios of the load: their labels are tags, too
 * @throws LoadstarError SCENARIO_INVALID for the first one that cannot be read
 */
export function parseThresholds(thresholds: Thresholds, scenarios: readonly TaggedScenario[] = []): Threshold[] {
  return Object.entries(thresholds).flatMap(([selector, expressions]) => {
    if (!Array.isArray(expressions) || !expressions.every((expression) => typeof expression === 'string')) {
      throw invalid(`thresholds of "${selector}" must be a list of texts such as ['p95<500']`);
    }
    return expressions.map((expression) => parseThreshold(selector, expression, scenarios));
  });
}

/** One threshold. @throws LoadstarError SCENARIO_INVALID */
export function parseThreshold(
  selector: string,
  expression: string,
  scenarios: readonly TaggedScenario[] = [],
): Threshold {
  const chosen = parseSelector(selector, scenarios);
  const place = `threshold "${selector}": "${expression}"`;
  return { selector, expression, ...chosen, ...parseExpression(chosen.metric, place, expression) };
}

function parseSelector(
  selector: string,
  scenarios: readonly TaggedScenario[],
): Pick<Threshold, 'metric' | 'tags' | 'scenarios'> {
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
  return { metric, ...parseTags(selector, metric, brace + 1, end.length - 1, scenarios) };
}

/** Tags between two positions of a selector. A comma in a value is part of it unless `tag:` follows. */
function parseTags(
  selector: string,
  metric: Metric,
  from: number,
  to: number,
  scenarios: readonly TaggedScenario[],
): Pick<Threshold, 'tags' | 'scenarios'> {
  const own: readonly string[] = metrics[metric].tags;
  const labels = own.includes('scenario') ? scenarios.flatMap((each) => Object.keys(each.tags)) : [];
  const allowed = [...new Set([...own, ...labels])];
  const tags: Partial<Record<Tag, string>> = {};
  let chosen: readonly TaggedScenario[] | undefined;
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
    if (own.includes(tag)) tags[tag as Tag] = value;
    else {
      chosen = (chosen ?? scenarios).filter((each) => each.tags[tag] === value);
      if (chosen.length === 0) throw invalid(`${at}: no scenario has the tag "${tag}" with the value "${value}"`);
    }
    position += part.length + 1;
  }
  const named = tags.scenario;
  if (named !== undefined && scenarios.length > 0 && !scenarios.some(({ name }) => name === named)) {
    const known = list(scenarios.map(({ name }) => name));
    throw invalid(`threshold "${selector}": there is no scenario "${named}"; there are ${known}`);
  }
  return { tags, ...(chosen && { scenarios: chosen.map(({ name }) => name) }) };
}

function list(words: readonly string[]): string {
  return words.join(', ');
}

function invalid(detail: string): LoadstarError {
  return new LoadstarError('SCENARIO_INVALID', { detail });
}
