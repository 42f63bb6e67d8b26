import { type ParameterDescription, readParameterDeclarations, readScenarios, resolveExec } from '@loadstar/shared';
import type { Options } from '../options/options.js';
import { readOptions } from '../options/read-options.js';
import { LoadTestShape, type ShapeClass } from '../shape/load-test-shape.js';
import { readShape } from '../shape/read-shape.js';
import { readTasks } from '../tasks/read-tasks.js';
import { User, type UserClass } from '../user/user.js';
import type { ScenarioDefinition, UserClassDefinition } from './definition.js';
import { sameLetters } from './did-you-mean.js';
import { Problems, shown } from './problems.js';
import { readUserClass } from './read-user-class.js';

const knownExports = ['options', 'parameters', 'setup', 'teardown'] as const;

/**
 * Reads what a scenario module exports and checks all of it.
 * @param exports the module's namespace
 * @param source name of the file, for errors
 * @throws LoadstarError SCENARIO_INVALID naming every mistake at once
 */
export function readScenario(exports: Readonly<Record<string, unknown>>, source = 'scenario'): ScenarioDefinition {
  const problems = new Problems();
  const options = readOptions(exports['options'], problems);
  const parameters = readParametersOf(exports['parameters'], problems);
  const selection = { tags: listOf(options.tags), excludeTags: listOf(options.excludeTags) };
  const found = concreteClasses(exports);
  const userClasses = [...found.users].map(([name, each]) =>
    readUserClass(name, each, { ...selection, parameters }, problems),
  );
  if (found.users.size === 0) problems.add('', noUserClass(exports));
  else if (userClasses.every(({ weight, fixedCount }) => weight === 0 && fixedCount === 0)) {
    problems.add('', 'every user class has weight 0; give at least one a weight or a fixedCount');
  }
  checkExportNames(exports, problems);
  checkExec(options, userClasses, problems);
  const setup = readHook(exports, 'setup', problems) as ScenarioDefinition['setup'];
  const teardown = readHook(exports, 'teardown', problems) as ScenarioDefinition['teardown'];
  problems.throwIfAny(source);
  const shapes = [...found.shapes].map(([name, shape]) => readShape(name, shape, found.users));
  return { userClasses, shapes, options, parameters, setup, teardown, host: options.host };
}

function readParametersOf(value: unknown, problems: Problems): readonly ParameterDescription[] {
  if (value === undefined) return [];
  const read = readParameterDeclarations(value);
  for (const { field, problem } of read.problems) problems.add(field, `expected ${problem}`);
  return read.parameters;
}

function checkExec(options: Options, userClasses: readonly UserClassDefinition[], problems: Problems): void {
  if (options.scenarios === undefined) return;
  const classes = userClasses.map(({ name, tasks }) => ({ name, tasks: tasks.entries }));
  for (const { name, exec } of readScenarios(options.scenarios).scenarios) {
    if (resolveExec(exec, classes) !== undefined) continue;
    const names = classes.map((each) => each.name).join(', ');
    const expected = `expected a user class (${names}), or a task that only one of them has (or Class.task)`;
    problems.add(`options.scenarios.${name}.exec`, `${expected}, not ${shown(exec)}`);
  }
}

interface FoundClasses {
  readonly users: Map<string, UserClass>;
  readonly shapes: Map<string, ShapeClass>;
}

// A class exported twice (by name and as default) counts once, under its own name.
function concreteClasses(exports: Readonly<Record<string, unknown>>): FoundClasses {
  const users = new Map<string, UserClass>();
  const shapes = new Map<string, ShapeClass>();
  const seen = new Set<unknown>();
  const named = Object.entries(exports).sort(
    ([one], [other]) => Number(one === 'default') - Number(other === 'default'),
  );
  const classes = named.filter(([, value]) => isUserClass(value)).map(([, value]) => value as UserClass);
  for (const [exportName, value] of named) {
    if (seen.has(value)) continue;
    seen.add(value);
    const name = exportName === 'default' && typeof value === 'function' && value.name ? value.name : exportName;
    if (isUserClass(value) && !isBaseClass(value, classes)) users.set(name, value);
    else if (isShapeClass(value) && !isAbstract(value)) shapes.set(name, value);
  }
  return { users, shapes };
}

function isUserClass(value: unknown): value is UserClass {
  return typeof value === 'function' && value.prototype instanceof User;
}

function isShapeClass(value: unknown): value is ShapeClass {
  return typeof value === 'function' && value.prototype instanceof LoadTestShape;
}

function isAbstract(value: object): boolean {
  return Object.hasOwn(value, 'abstract') && Reflect.get(value, 'abstract') === true;
}

// Says it is one, or has no tasks while another exported class builds on it.
function isBaseClass(userClass: UserClass, classes: readonly UserClass[]): boolean {
  if (isAbstract(userClass)) return true;
  const extended = classes.some((other) => other.prototype instanceof userClass);
  return extended && readTasks(userClass, userClass.name, new Problems()).entries.length === 0;
}

function noUserClass(exports: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(exports);
  const base =
    'exports no user class; write "export class MyUser extends HttpUser { … }" with at least one @task() method';
  if (typeof exports['default'] === 'function') return `${base} (a default function, as in k6, is not run)`;
  return names.length === 0 ? `${base} (the file exports nothing)` : `${base} (found ${names.slice(0, 8).join(', ')})`;
}

function checkExportNames(exports: Readonly<Record<string, unknown>>, problems: Problems): void {
  for (const name of Object.keys(exports)) {
    const meant = knownExports.find((known) => known !== name && sameLetters(known, name));
    if (meant && !isUserClass(exports[name])) problems.add(name, `means nothing here (did you mean "${meant}"?)`);
  }
}

function readHook(exports: Readonly<Record<string, unknown>>, name: 'setup' | 'teardown', problems: Problems): unknown {
  const hook = exports[name];
  if (hook !== undefined && typeof hook !== 'function') problems.add(name, `expected a function, not ${shown(hook)}`);
  return hook;
}

// Options that were refused are read as absent, so that reading can go on to the next problem.
function listOf(value: readonly string[] | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
