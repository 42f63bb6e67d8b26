/**
 * What happened with words: errors, exceptions and checks, counted in groups. The number of groups is bounded; what
 * comes after that is counted in one group for all others, so that totals stay true.
 */

/** Failures with the same method, name and text. Times are wall clock, milliseconds since the epoch: labels only. */
export interface ErrorGroup {
  readonly method: string;
  readonly name: string;
  readonly text: string;
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
}

/** Throws of scenario code with the same message and traceback. */
export interface ExceptionGroup {
  readonly message: string;
  readonly traceback: string;
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
  /** Names of the workers that saw it, at most `workersPerException`; known on the master's side only. */
  readonly workers: Set<string>;
}

export interface CheckGroup {
  readonly name: string;
  passes: number;
  failures: number;
}

/** Starts of one task, or entries of one nested set. */
export interface TaskGroup {
  readonly userClass: string;
  /** Names from the user class down: sets, then the task, with ` / ` between. */
  readonly path: string;
  started: number;
}

/** Stands between the names of a path; no name of a method or set has it. */
export const pathMark = ' / ';

export const taskLimit = 1_000;
export const otherTasks = '(other tasks)';

export const errorGroupLimit = 500;
export const exceptionGroupLimit = 100;
export const checkLimit = 500;
export const workersPerException = 50;

export const otherErrors = '(other errors)';
export const otherExceptions = '(other exceptions)';
export const otherChecks = '(other checks)';

interface Seen {
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
}

/** Counts `count` sightings from first to last. Nothing is seen yet while the group's count is 0. */
export function see(group: Seen, count: number, firstSeenMs: number, lastSeenMs: number): void {
  if (group.count === 0) {
    group.firstSeenMs = firstSeenMs;
    group.lastSeenMs = lastSeenMs;
  } else {
    group.firstSeenMs = Math.min(group.firstSeenMs, firstSeenMs);
    group.lastSeenMs = Math.max(group.lastSeenMs, lastSeenMs);
  }
  group.count += count;
}

/** A map that creates at most `limit` groups, and one more for everything after that. */
export class BoundedGroups<Group> {
  private readonly groups = new Map<string, Group>();

  constructor(
    private readonly limit: number,
    private readonly overflowKey: string,
    private readonly createOverflow: () => Group,
  ) {}

  get size(): number {
    return this.groups.size;
  }

  find(key: string): Group | undefined {
    return this.groups.get(key);
  }

  /** The group of `key`; creates it while there is room, and otherwise answers the one for all others. */
  take(key: string, create: () => Group): Group {
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const full = this.groups.size - (this.groups.has(this.overflowKey) ? 1 : 0) >= this.limit;
    if (full || key === this.overflowKey) return this.overflow();
    const group = create();
    this.groups.set(key, group);
    return group;
  }

  values(): IterableIterator<Group> {
    return this.groups.values();
  }

  entries(): IterableIterator<[string, Group]> {
    return this.groups.entries();
  }

  private overflow(): Group {
    let group = this.groups.get(this.overflowKey);
    if (group === undefined) this.groups.set(this.overflowKey, (group = this.createOverflow()));
    return group;
  }
}

/** Joins texts to a key that no other texts give. */
export function keyOf(...parts: string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('');
}
