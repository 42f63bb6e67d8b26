import { LoadstarError, type ParameterDescription, readParameters, SeededRandom } from '@loadstar/shared';
import { baseUrlProblem } from '../options/read-options.js';
import { readTasks } from '../tasks/read-tasks.js';
import { selectTasks, type TagSelection } from '../tasks/select-tasks.js';
import { isWeight, maxWeight } from '../tasks/task.js';
import type { UserContext } from '../user/user-context.js';
import type { User, UserClass } from '../user/user.js';
import type { UserClassDefinition } from './definition.js';
import { sameLetters } from './did-you-mean.js';
import { type Problems, shown } from './problems.js';
import { readHttpSettings } from './read-http-settings.js';

const staticMembers = ['weight', 'fixedCount', 'tasks', 'abstract', 'keepAlive', 'resendStale', 'phases'] as const;
const instanceMembers = ['waitTime', 'onStart', 'onStop'] as const;

/** Reads one user class; problems go to `problems`, so that all classes are looked at. */
export function readUserClass(
  name: string,
  userClass: UserClass,
  selection: TagSelection & { readonly parameters?: readonly ParameterDescription[] },
  problems: Problems,
): UserClassDefinition {
  const { weight, fixedCount, host } = userClass;
  if (!isWeight(weight)) problems.add(`${name}.weight`, `expected a number 0..${maxWeight}, not ${shown(weight)}`);
  if (!Number.isSafeInteger(fixedCount) || fixedCount < 0) {
    problems.add(`${name}.fixedCount`, `expected a whole number from 0, not ${shown(fixedCount)}`);
  }
  const hostProblem = host === undefined ? undefined : baseUrlProblem(host);
  if (hostProblem) problems.add(`${name}.host`, `${hostProblem}, not ${shown(host)}`);
  checkStaticNames(name, userClass, problems);
  checkInstance(name, userClass, selection.parameters ?? [], problems);
  const all = readTasks(userClass, name, problems);
  const tasks = selectTasks(all, selection);
  if (all.entries.length === 0) {
    problems.add(
      name,
      'has no tasks; mark methods with @task(), or write static tasks = { method: 1 } (or static abstract = true for a base class)',
    );
  } else if (tasks.entries.length === 0) {
    problems.add(name, 'has no task left after options.tags and options.excludeTags');
  }
  const http = readHttpSettings(name, userClass, problems);
  const create = (context: UserContext): User => new userClass(context);
  return { name, weight, fixedCount, host, ...(http ? { http } : {}), create, tasks };
}

function checkStaticNames(name: string, userClass: UserClass, problems: Problems): void {
  for (const key of Object.getOwnPropertyNames(userClass)) {
    const meantStatic = staticMembers.find((member) => member !== key && sameLetters(member, key));
    if (meantStatic) problems.add(`${name}.${key}`, `there is no such setting (did you mean "static ${meantStatic}"?)`);
    const meantInstance = instanceMembers.find((member) => sameLetters(member, key));
    if (meantInstance)
      problems.add(`${name}.${key}`, `belongs to the instance: write "${meantInstance}" without "static"`);
  }
  for (const key of Object.getOwnPropertyNames(userClass.prototype)) checkInstanceName(name, key, problems);
}

function checkInstanceName(name: string, key: string, problems: Problems): void {
  const meantInstance = instanceMembers.find((member) => member !== key && sameLetters(member, key));
  if (meantInstance) problems.add(`${name}.${key}`, `means nothing here (did you mean "${meantInstance}"?)`);
  const meantStatic = staticMembers.find((member) => sameLetters(member, key));
  if (meantStatic) problems.add(`${name}.${key}`, `belongs to the class: write "static ${meantStatic}"`);
}

/**
 * Builds one instance that never runs, because wait times are instance fields: `between(3, 1)` should be told before
 * the load starts, not by the first user. A constructor that needs a real user throws here; that says nothing.
 */
function checkInstance(
  name: string,
  userClass: UserClass,
  parameters: readonly ParameterDescription[],
  problems: Problems,
): void {
  let probe: User;
  try {
    probe = new userClass(probeContext(parameters));
  } catch (error) {
    if (error instanceof LoadstarError) problems.adopt(name, error);
    return;
  }
  for (const key of Object.getOwnPropertyNames(probe)) checkInstanceName(name, key, problems);
  const waitTime: unknown = Reflect.get(probe, 'waitTime');
  if (typeof waitTime !== 'function') {
    problems.add(
      `${name}.waitTime`,
      `expected a wait time such as between(1, 3) or constant(2), not ${shown(waitTime)}`,
    );
  }
  for (const hook of ['onStart', 'onStop'] as const) {
    const value: unknown = Reflect.get(probe, hook);
    if (typeof value !== 'function') problems.add(`${name}.${hook}`, `expected a method, not ${shown(value)}`);
  }
}

function probeContext(parameters: readonly ParameterDescription[]): UserContext {
  const outside = (): never => {
    throw new Error('a constructor must not act; use onStart()');
  };
  return {
    id: 0,
    host: 'http://localhost',
    random: new SeededRandom('probe'),
    data: undefined,
    env: {},
    parameters: readParameters({}, parameters).values,
    beginExchange: outside,
    nowMs: () => 0,
    sleep: outside,
    recordCheck: outside,
    http: {
      get: outside,
      head: outside,
      options: outside,
      delete: outside,
      post: outside,
      put: outside,
      patch: outside,
      request: outside,
    },
  };
}
