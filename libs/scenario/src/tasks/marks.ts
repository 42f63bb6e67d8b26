// Where decorators leave their notes. A note on the method itself is found again by walking the prototype chain, costs
// nothing per instance, and works alike for standard and legacy decorators.

const weightMark = Symbol.for('loadstar.task.weight');
const tagsMark = Symbol.for('loadstar.task.tags');
const fieldsMark = Symbol.for('loadstar.task.fields');

interface Marked {
  [weightMark]?: number;
  [tagsMark]?: readonly string[];
  [fieldsMark]?: FieldNote[];
}

/** A decorated static field: its value is read later, because it may not be initialised yet. */
export interface FieldNote {
  readonly key: string;
  weight?: number;
  tags?: readonly string[];
}

/** Anything that can carry a note: a method or a class. */
export type Markable = object;

export function markWeight(target: Markable, weight: number): void {
  Object.defineProperty(target, weightMark, { value: weight, configurable: true });
}

export function weightOf(target: Markable): number | undefined {
  return Object.hasOwn(target, weightMark) ? (target as Marked)[weightMark] : undefined;
}

export function markTags(target: Markable, tags: readonly string[]): void {
  const all = [...new Set([...tagsOf(target), ...tags])];
  Object.defineProperty(target, tagsMark, { value: all, configurable: true });
}

export function tagsOf(target: Markable): readonly string[] {
  return Object.hasOwn(target, tagsMark) ? ((target as Marked)[tagsMark] ?? []) : [];
}

export function markField(owner: Markable, key: string, note: { weight?: number; tags?: readonly string[] }): void {
  const notes = fieldsOf(owner);
  const known = notes.find((each) => each.key === key);
  if (known) Object.assign(known, note);
  else Object.defineProperty(owner, fieldsMark, { value: [...notes, { key, ...note }], configurable: true });
}

export function fieldsOf(owner: Markable): readonly FieldNote[] {
  return Object.hasOwn(owner, fieldsMark) ? ((owner as Marked)[fieldsMark] ?? []) : [];
}
