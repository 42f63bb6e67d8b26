// Turns a class with decorated methods and `static tasks` into a flat definition the engine can follow.
import type { NestedTaskSet, TaskEntry, TaskSetDefinition } from '../read/definition.js';
import { didYouMean } from '../read/did-you-mean.js';
import { type Problems, shown } from '../read/problems.js';
import type { User } from '../user/user.js';
import { fieldsOf, tagsOf, weightOf } from './marks.js';
import type { TaskList } from './task-list.js';
import { SequentialTaskSet, TaskSet, type TaskSetClass } from './task-set.js';
import { isWeight, maxWeight } from './task.js';

/** A user class or task set class, seen as the owner of tasks. */
export type TaskOwner = (abstract new (...args: never[]) => User | TaskSet) & { tasks?: TaskList };

/** Deepest nesting of task sets; deeper means that sets contain each other. */
const maxDepth = 32;
/** Most repeats of one step of a sequence. */
const maxRepeats = 1000;

/** Reads the tasks of a class, its parents included. An empty list of entries is not a problem here. */
export function readTasks(owner: TaskOwner, name: string, problems: Problems, depth = 0): TaskSetDefinition {
  const entries = new Map<string, TaskEntry>();
  if (depth > maxDepth)
    problems.add(name, `task sets are nested more than ${maxDepth} deep; does a set contain itself?`);
  else {
    const reader = new TaskReader(owner, name, problems, depth, entries);
    reader.decoratedMethods();
    reader.decoratedFields();
    reader.listed(owner.tasks);
  }
  const wanted = [...entries.values()].filter((entry) => entry.weight > 0);
  if (!(owner.prototype instanceof SequentialTaskSet)) return { name, kind: 'weighted', entries: wanted };
  return { name, kind: 'sequential', entries: wanted.flatMap((entry) => repeated(entry, name, problems)) };
}

// In a sequence a weight says how often the step is taken before the next one.
function repeated(entry: TaskEntry, owner: string, problems: Problems): TaskEntry[] {
  if (Number.isSafeInteger(entry.weight) && entry.weight <= maxRepeats) {
    return Array.from({ length: entry.weight }, () => ({ ...entry, weight: 1 }));
  }
  problems.add(
    `${owner}.${entry.name}`,
    `in a sequential set a weight is a whole number 0..${maxRepeats}, not ${entry.weight}`,
  );
  return [entry];
}

export function isTaskSetClass(value: unknown): value is TaskSetClass {
  return typeof value === 'function' && value.prototype instanceof TaskSet;
}

class TaskReader {
  constructor(
    private readonly owner: TaskOwner,
    private readonly ownerName: string,
    private readonly problems: Problems,
    private readonly depth: number,
    private readonly entries: Map<string, TaskEntry>,
  ) {}

  decoratedMethods(): void {
    for (const prototype of baseFirst(this.owner.prototype as object)) {
      for (const key of Object.getOwnPropertyNames(prototype)) {
        const method: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
        if (typeof method !== 'function' || key === 'constructor') continue;
        // An overriding method without a decorator keeps the weight of the one it overrides.
        const inherited = this.entries.get(key);
        const weight = weightOf(method) ?? inherited?.weight;
        if (weight !== undefined) this.addMethod(key, weight, [...(inherited?.tags ?? []), ...tagsOf(method)]);
        else if (tagsOf(method).length > 0) this.problems.add(`${this.ownerName}.${key}`, 'has @tag but not @task');
      }
    }
  }

  decoratedFields(): void {
    for (const constructor of baseFirst(this.owner)) {
      for (const { key, weight, tags } of fieldsOf(constructor)) {
        const value: unknown = Reflect.get(this.owner, key);
        if (isTaskSetClass(value)) this.addNested(key, value, weight ?? 1, tags ?? []);
        else
          this.problems.add(
            `${this.ownerName}.${key}`,
            `@task on a static field needs a TaskSet class, not ${shown(value)}`,
          );
      }
    }
  }

  listed(tasks: TaskList | undefined): void {
    if (tasks === undefined) return;
    if (isList(tasks)) {
      for (const item of tasks) {
        const pair = Array.isArray(item) ? (item as readonly [unknown, unknown]) : undefined;
        this.addReference(pair ? pair[0] : item, pair?.[1]);
      }
    } else if (typeof tasks === 'object' && tasks !== null) {
      for (const [name, weight] of Object.entries(tasks)) this.addReference(name, weight);
    } else this.problems.add(`${this.ownerName}.tasks`, `expected an object or a list, not ${shown(tasks)}`);
  }

  private addReference(what: unknown, weight: unknown): void {
    const where = `${this.ownerName}.tasks`;
    const label = isTaskSetClass(what) ? what.name : shown(what);
    if (weight !== undefined && !isWeight(weight)) {
      this.problems.add(where, `the weight of ${label} must be a number 0..${maxWeight}, not ${shown(weight)}`);
    } else if (isTaskSetClass(what)) {
      this.addNested(this.unusedName(what.name || 'TaskSet'), what, weight ?? weightOf(what) ?? 1, []);
    } else if (typeof what !== 'string') {
      this.problems.add(where, `expected method names or TaskSet classes, not ${label}`);
    } else this.addNamed(what, weight);
  }

  private addNamed(name: string, weight: number | undefined): void {
    const field: unknown = Reflect.get(this.owner, name);
    const known = this.entries.get(name);
    // Listed again: for a sequence the list decides the order, so the entry moves to its place there.
    if (known) this.entries.delete(name);
    if (typeof Reflect.get(this.owner.prototype as object, name) === 'function' && name !== 'constructor') {
      this.addMethod(name, weight ?? known?.weight ?? 1, known?.tags ?? []);
    } else if (isTaskSetClass(field)) {
      this.addNested(name, field, weight ?? known?.weight ?? 1, known?.tags ?? []);
    } else
      this.problems.add(
        `${this.ownerName}.tasks`,
        `there is no method "${name}"${didYouMean(name, this.methodNames())}`,
      );
  }

  private addMethod(name: string, weight: number, tags: readonly string[]): void {
    const method = Reflect.get(this.owner.prototype as object, name) as (this: unknown) => unknown;
    const invoke = (owner: User | TaskSet) => method.call(owner);
    this.entries.set(name, { name, weight, tags: [...new Set(tags)], method: name, invoke, nested: undefined });
  }

  private addNested(name: string, set: TaskSetClass, weight: number, tags: readonly string[]): void {
    const where = `${this.ownerName}.${name}`;
    const definition = readTasks(set, where, this.problems, this.depth + 1);
    if (definition.entries.length === 0 && this.depth < maxDepth)
      this.problems.add(where, 'this task set has no tasks; mark methods with @task()');
    // The cast holds because a set is only ever entered by the user class it is nested in.
    const create: NestedTaskSet['create'] = (user, parent) => new set(user as never, parent);
    const nested: NestedTaskSet = { ...definition, name, create };
    this.entries.set(name, {
      name,
      weight,
      tags: [...new Set([...tags, ...tagsOf(set)])],
      method: undefined,
      invoke: undefined,
      nested,
    });
  }

  private unusedName(name: string): string {
    let unused = name;
    for (let n = 2; this.entries.has(unused); n++) unused = `${name} ${n}`;
    return unused;
  }

  private methodNames(): string[] {
    return baseFirst(this.owner.prototype as object).flatMap((prototype) =>
      Object.getOwnPropertyNames(prototype).filter((key) => key !== 'constructor'),
    );
  }
}

function isList(tasks: TaskList): tasks is Extract<TaskList, readonly unknown[]> {
  return Array.isArray(tasks);
}

/** The chain from the most general to the most special, the built-in ends left out. */
function baseFirst(start: object): object[] {
  const chain: object[] = [];
  for (let link: object | null = start; link && link !== Object.prototype && link !== Function.prototype;) {
    chain.unshift(link);
    link = Object.getPrototypeOf(link) as object | null;
  }
  return chain;
}
