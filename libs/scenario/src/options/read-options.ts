import { readScenarios, scenarioExecutors } from '@loadstar/shared';
import { didYouMean } from '../read/did-you-mean.js';
import { type Problems, shown } from '../read/problems.js';
import type { Options } from './options.js';
import { thresholdRuleProblem } from './threshold-rule.js';

type Rule = (value: unknown) => string | undefined;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts: Rule = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')
    ? undefined
    : 'expected a list of texts';

/** Why a text is no base URL, or undefined when it is one. */
export function baseUrlProblem(value: unknown): string | undefined {
  const expected = 'expected a base URL with scheme and host, such as "http://localhost:5001"';
  if (typeof value !== 'string' || !URL.canParse(value)) return expected;
  return ['http:', 'https:'].includes(new URL(value).protocol) ? undefined : expected;
}

const thresholds: Rule = (value) => {
  const expected = 'expected metric to conditions, such as { "request_failed": ["rate<0.05"] }';
  if (!isRecord(value)) return expected;
  for (const rules of Object.values(value)) {
    const list: unknown[] = Array.isArray(rules) ? rules : [rules];
    if (list.length === 0) return expected;
    for (const rule of list) {
      const problem = thresholdRuleProblem(rule, expected);
      if (problem) return problem;
    }
  }
  return undefined;
};

const rules: { readonly [K in keyof Required<Options>]: Rule } = {
  host: baseUrlProblem,
  thresholds,
  stopTimeoutSeconds: (value) =>
    typeof value === 'number' && value >= 0 && value <= 3600 ? undefined : 'expected seconds 0..3600',
  tags: texts,
  excludeTags: texts,
  // Read by a reader of its own, which names each mistake by its path.
  scenarios: () => undefined,
};

/** Checks the `options` export; unknown names are refused, because a misspelt threshold must not pass in silence. */
export function readOptions(value: unknown, problems: Problems): Options {
  if (value === undefined) return {};
  if (!isRecord(value)) {
    problems.add('options', `expected an object, not ${shown(value)}`);
    return {};
  }
  for (const [name, option] of Object.entries(value)) {
    if (!Object.hasOwn(rules, name)) {
      problems.add(
        `options.${name}`,
        `there is no such option${didYouMean(name, Object.keys(rules))}; known are ${Object.keys(rules).join(', ')}`,
      );
      continue;
    }
    const problem = option === undefined ? undefined : rules[name as keyof Options](option);
    if (problem) problems.add(`options.${name}`, `${problem}, not ${shown(option)}`);
  }
  if (value['scenarios'] !== undefined) {
    const read = readScenarios(value['scenarios'], 'options.scenarios');
    for (const { field, problem } of read.problems) {
      const meant = /not "([^"]+)"$/.exec(problem)?.[1];
      const guess = field.endsWith('.executor') && meant ? didYouMean(meant, scenarioExecutors) : '';
      problems.add(field, problem.startsWith('no such') ? problem : `expected ${problem}${guess}`);
    }
  }
  return value;
}
