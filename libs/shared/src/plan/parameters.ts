/**
 * Parameters of a scenario: typed values that its file declares with a default, and that whoever starts a run may give.
 * One reader for declarations and one for values serve files, forms, the command line and the wire.
 */
import type { FieldProblem } from '../errors/index.js';
import { entriesOf } from './named-entries.js';

export type ParameterType = 'string' | 'number' | 'integer' | 'boolean';
export type ParameterValue = string | number | boolean;

/** A parameter as its file declares it. */
export interface ParameterDescription {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: ParameterValue;
  /** What it is for, in a sentence. */
  readonly description?: string | undefined;
  /** Bounds of a number, both allowed. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** The values that there are; left out: any. */
  readonly choices?: readonly (string | number)[] | undefined;
}

export const parameterTypes: readonly ParameterType[] = ['string', 'number', 'integer', 'boolean'];
const mostParameters = 100;
const longestText = 2000;
const fields = ['type', 'default', 'description', 'min', 'max', 'choices'];

/**
 * @param value declarations by name as a file has them, or the list that a description holds
 * @param at what paths begin with
 */
export function readParameterDeclarations(
  value: unknown,
  at = 'parameters',
): { parameters: ParameterDescription[]; problems: FieldProblem[] } {
  const named = entriesOf(value);
  if (named === undefined || named.length > mostParameters) {
    const problem = `up to ${mostParameters} parameters by name, such as { pageSize: { type: "integer", default: 20 } }`;
    return { parameters: [], problems: [{ field: at, problem }] };
  }
  const parameters: ParameterDescription[] = [];
  const problems: FieldProblem[] = [];
  for (const [name, declared] of named) {
    const path = `${at}.${name.slice(0, 100)}`;
    const found = declarationProblems(name, declared).map(([below, problem]) => ({ field: path + below, problem }));
    problems.push(...found);
    if (found.length === 0) parameters.push({ ...(declared as Omit<ParameterDescription, 'name'>), name });
  }
  return { parameters, problems };
}

/**
 * The values of a run: what is given, in the types that are declared, and defaults for the rest. A text that reads as a
 * number or as true or false is taken for one where one is declared, because that is all a command line has.
 * @returns problems by the path of their field, such as `parameters.pageSize`
 */
export function readParameters(
  given: Readonly<Record<string, unknown>>,
  declared: readonly ParameterDescription[],
  at = 'parameters',
): { values: Record<string, ParameterValue>; problems: FieldProblem[] } {
  const values: Record<string, ParameterValue> = Object.fromEntries(declared.map((each) => [each.name, each.default]));
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared.find((each) => each.name === name);
    if (!parameter) {
      const known = declared.map((each) => each.name).join(', ');
      const problem = known === '' ? 'the scenario declares no parameter' : `not one of ${known}`;
      problems.push({ field: `${at}.${name.slice(0, 100)}`, problem });
      continue;
    }
    const read = typed(value, parameter.type);
    const problem = read === undefined ? `a value of type ${parameter.type}` : valueProblem(read, parameter);
    if (problem !== undefined) problems.push({ field: `${at}.${name}`, problem });
    else if (read !== undefined) values[name] = read;
  }
  return { values, problems };
}

function declarationProblems(name: string, declared: unknown): [below: string, problem: string][] {
  if (!/^[A-Za-z_]\w{0,63}$/.test(name)) return [['', 'a name of 1..64 letters, digits or _, no digit first']];
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) {
    return [['', 'an object with type and default']];
  }
  const { type, default: value, description, min, max, choices } = declared as Record<string, unknown>;
  const known = parameterTypes.find((each) => each === type);
  if (known === undefined) return [['.type', `one of ${parameterTypes.join(', ')}`]];
  const problems: [string, string][] = Object.keys(declared)
    .filter((field) => !fields.includes(field))
    .map((field) => [`.${field.slice(0, 100)}`, `no such field: a parameter has ${fields.join(', ')}`]);
  const isNumeric = known === 'number' || known === 'integer';
  for (const [field, bound] of Object.entries({ min, max })) {
    if (bound === undefined) continue;
    if (!isNumeric) problems.push([`.${field}`, 'only a number has bounds']);
    else if (typeof bound !== 'number' || !Number.isFinite(bound)) problems.push([`.${field}`, 'a number']);
  }
  if (choices !== undefined && !areChoices(choices, known)) {
    problems.push(['.choices', `1..100 values of type ${known}${known === 'boolean' ? ' have none to choose' : ''}`]);
  }
  if (description !== undefined && (typeof description !== 'string' || description.length > longestText)) {
    problems.push(['.description', `a text of at most ${longestText} characters`]);
  }
  if (problems.length > 0) return problems;
  if (!isOfType(value, known)) return [['.default', `a value of type ${known}`]];
  const wrong = valueProblem(value, { name, ...declared } as ParameterDescription);
  return wrong === undefined ? [] : [['.default', wrong]];
}

function areChoices(value: unknown, type: ParameterType): boolean {
  if (!Array.isArray(value) || type === 'boolean' || value.length === 0 || value.length > 100) return false;
  return value.every((each) => isOfType(each, type));
}

function isOfType(value: unknown, type: ParameterType): value is ParameterValue {
  if (type === 'string') return typeof value === 'string' && value.length <= longestText;
  if (type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'number' && (type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value));
}

/** The value in its type, or undefined where it is none of it. */
function typed(value: unknown, type: ParameterType): ParameterValue | undefined {
  if (typeof value !== 'string' || type === 'string') return isOfType(value, type) ? value : undefined;
  const text = value.trim();
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const number = text === '' ? Number.NaN : Number(text);
  return isOfType(number, type) ? number : undefined;
}

/** Why a value of the right type is none of those that may be, or undefined. */
function valueProblem(value: ParameterValue, { choices, min, max }: ParameterDescription): string | undefined {
  if (choices && !choices.some((choice) => choice === value)) return `one of ${choices.join(', ')}`;
  if (typeof value !== 'number') return undefined;
  if (min !== undefined && value < min) return `at least ${min}`;
  if (max !== undefined && value > max) return `at most ${max}`;
  return undefined;
}
