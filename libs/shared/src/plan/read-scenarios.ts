/**
 * Reads the scenarios of a load, from a scenario file's `options` or from a wire: fills in defaults and names every
 * mistake at once by its path. What it gives out it also takes in unchanged, so one reader serves authors and machines.
 */
import type { FieldProblem } from '../errors/index.js';
import { entriesOf } from './named-entries.js';
import { scenarioExecutors, specOf } from './executors/index.js';
import { exec, type Field, seconds, optional, texts } from './executors/field.js';
import type { ScenarioLoad } from './scenario-load.js';

/** Most scenarios of one run. */
const mostScenarios = 100;

const commonFields: Readonly<Record<string, Field>> = {
  exec,
  startTime: optional(seconds(false), 0),
  gracefulStop: optional(seconds(false), 30),
  env: texts,
  tags: texts,
};

export interface ScenariosReading {
  /** The scenarios without a mistake. */
  readonly scenarios: readonly ScenarioLoad[];
  readonly problems: readonly FieldProblem[];
}

/**
 * @param value scenarios by name as a file has them, or the list that a plan holds
 * @param at what paths begin with
 */
export function readScenarios(value: unknown, at = 'scenarios'): ScenariosReading {
  const named = entriesOf(value);
  if (named === undefined || named.length === 0 || named.length > mostScenarios) {
    const problem = `1..${mostScenarios} scenarios by name, such as { browse: { executor: "constant-vus", vus: 10, duration: "1m" } }`;
    return { scenarios: [], problems: [{ field: at, problem }] };
  }
  const problems: FieldProblem[] = [];
  const scenarios = named.flatMap(([name, each]) => {
    const path = `${at}.${name.slice(0, 100)}`;
    const read = readScenario(name, each, path);
    if ('problems' in read) problems.push(...read.problems);
    return 'load' in read ? [read.load] : [];
  });
  const names = named.map(([name]) => name);
  for (const name of new Set(names.filter((each, i) => names.indexOf(each) !== i))) {
    problems.push({ field: `${at}.${name}`, problem: 'the name is taken twice' });
  }
  if (scenarios.length > 1) {
    // The steps are judged by the numbers of the run, in which another load would be.
    for (const { name } of scenarios.filter(({ executor }) => executor === 'find-capacity')) {
      problems.push({ field: `${at}.${name}`, problem: 'the only scenario, because find-capacity runs alone' });
    }
  }
  return { scenarios, problems };
}

function readScenario(
  name: string,
  value: unknown,
  path: string,
): { load: ScenarioLoad } | { problems: readonly FieldProblem[] } {
  if (!/^[\w.:-][\w .:-]{0,99}$/.test(name)) {
    return { problems: [{ field: path, problem: 'a name of 1..100 letters, digits, spaces or _ - . :' }] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [{ field: path, problem: 'an object with an executor' }] };
  }
  const executor: unknown = Reflect.get(value, 'executor');
  const spec = specOf(executor);
  if (!spec) {
    const found = typeof executor === 'string' ? `, not "${executor.slice(0, 40)}"` : '';
    const problem = `one of ${scenarioExecutors.join(', ')}${found}`;
    return { problems: [{ field: `${path}.executor`, problem }] };
  }
  const fields: Readonly<Record<string, Field>> = { ...commonFields, ...spec.fields };
  const problems: FieldProblem[] = [];
  const read: Record<string, unknown> = { name, executor };
  for (const [field, rule] of Object.entries(fields)) {
    const given: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
    const reading = given === undefined && rule.otherwise ? rule.otherwise : rule.read(given);
    if ('value' in reading) read[field] = reading.value;
    else problems.push(...reading.problems.map(([below, problem]) => ({ field: `${path}.${field}${below}`, problem })));
  }
  for (const field of Object.keys(value)) {
    if (field === 'executor' || Object.hasOwn(fields, field)) continue;
    const known = Object.keys(fields).join(', ');
    problems.push({
      field: `${path}.${field.slice(0, 100)}`,
      problem: `no such field: ${spec.name} has ${known}`,
    });
  }
  if (problems.length > 0) return { problems };
  if ('maxVUs' in read) read['maxVUs'] ??= read['preAllocatedVUs'] ?? Math.max(1, Number(read['vus']));
  // Every field of the executor has been read by its own rule.
  const load = read as unknown as ScenarioLoad;
  const together = (spec.together?.(load) ?? []).map(([field, problem]) => ({ field: `${path}.${field}`, problem }));
  return together.length > 0 ? { problems: together } : { load };
}
