import type { TaskEntry, TaskSet, TaskSetDefinition, User } from '@loadstar/scenario';
import type { TaskMix } from '../load/task-mix.js';
import type { UserKind } from './user-kind.js';

/** Where a user is: the user's own tasks, or a task set that it has entered. Frames are a stack linked by `parent`. */
export class TaskFrame {
  private readonly mix: TaskMix | undefined;
  private step = 0;

  constructor(
    kind: UserKind,
    readonly set: TaskSetDefinition,
    readonly owner: User | TaskSet,
    readonly parent: TaskFrame | undefined,
  ) {
    // One task needs no choice, a sequence has its own order.
    this.mix = set.kind === 'weighted' && set.entries.length > 1 ? kind.mixOf(set) : undefined;
  }

  /** Names of the sets that were entered, outermost first; none in the user's own tasks. */
  get sets(): readonly string[] {
    return this.parent ? [...this.parent.sets, this.set.name] : [];
  }

  next(): TaskEntry {
    const { entries } = this.set;
    const index = this.mix ? this.mix.next() : this.step++ % entries.length;
    const entry = entries[index];
    if (!entry) throw new Error(`task set ${this.set.name} has no entry ${index}`);
    return entry;
  }
}
