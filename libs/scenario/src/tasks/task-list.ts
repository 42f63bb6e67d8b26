import type { TaskSetClass } from './task-set.js';

/** A task: the name of a method of the class, or a task set to nest. */
export type TaskReference = string | TaskSetClass;

/** Tasks by method name with their weights, or a list of tasks, each alone (weight 1) or as `[task, weight]`. */
export type TaskList = Readonly<Record<string, number>> | readonly (TaskReference | readonly [TaskReference, number])[];
