// Restricts a task set by tags, as Locust's --tags and --exclude-tags do.
import type { TaskEntry, TaskSetDefinition } from '../read/definition.js';

export interface TagSelection {
  /** Keep tasks with one of these; empty keeps all. */
  readonly tags: readonly string[];
  readonly excludeTags: readonly string[];
}

/** The same set without the tasks that the tags leave out; nested sets that end up empty go too. */
export function selectTasks<S extends TaskSetDefinition>(set: S, selection: TagSelection): S {
  if (selection.tags.length === 0 && selection.excludeTags.length === 0) return set;
  return { ...set, entries: set.entries.flatMap((entry) => selectEntry(entry, selection)) };
}

function selectEntry(entry: TaskEntry, selection: TagSelection): TaskEntry[] {
  const has = (tags: readonly string[]) => tags.some((tag) => entry.tags.includes(tag));
  if (has(selection.excludeTags)) return [];
  const wanted = selection.tags.length === 0 || has(selection.tags);
  if (!entry.nested) return wanted ? [entry] : [];
  // A wanted set is wanted whole, but what is excluded stays excluded within it.
  const nested = selectTasks(entry.nested, wanted ? { ...selection, tags: [] } : selection);
  return nested.entries.length > 0 ? [{ ...entry, nested }] : [];
}
