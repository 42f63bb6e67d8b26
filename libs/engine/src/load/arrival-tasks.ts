import { SeededRandom } from '@loadstar/shared';
import type { TaskEntry, UserClassDefinition } from '@loadstar/scenario';
import { TaskMix } from './task-mix.js';

/** What one arrival does. */
export interface TaskChoice {
  readonly classIndex: number;
  readonly entry: TaskEntry;
}

/**
 * The tasks of arrival 0, 1, 2 ... of a scenario: classes by weight, in each its tasks by weight. A function of seed and
 * number alone, so engines agree on it; gone through in step with the arrivals, those of others included.
 */
export class ArrivalTasks {
  private readonly classes: TaskMix;
  private readonly tasks: (() => TaskChoice)[];

  /** @param classes those of weight 0 are never chosen; one at least is above 0 */
  constructor(classes: readonly Pick<UserClassDefinition, 'name' | 'weight' | 'tasks'>[], seed: string) {
    this.classes = new TaskMix(
      classes.map(({ weight }) => weight),
      new SeededRandom(`${seed}/arrivals`),
    );
    this.tasks = classes.map(({ name, tasks: { kind, entries } }, classIndex) => {
      const choices = entries.map((entry): TaskChoice => ({ classIndex, entry }));
      const weights = entries.map(({ weight }) => (kind === 'sequential' ? 1 : weight));
      const mix = new TaskMix(weights, new SeededRandom(`${seed}/arrivals/${name}`));
      let step = 0;
      return () => {
        const index = kind === 'sequential' ? step++ % choices.length : mix.next();
        const choice = choices[index];
        if (!choice) throw new Error(`user class ${name} has no task ${index}`);
        return choice;
      };
    });
  }

  /** The task of the next arrival. */
  next(): TaskChoice {
    const choose = this.tasks[this.classes.next()];
    if (!choose) throw new Error('no user class to choose from');
    return choose();
  }
}
