import { LoadstarError } from '@loadstar/shared';
import { decorate, type TaskDecorator } from './decorator.js';
import { shown } from '../read/problems.js';
import { markWeight } from './marks.js';

/** Largest weight of a task or user class. */
export const maxWeight = 1_000_000;

/**
 * Makes a method a task. The weight is its share among the tasks of its class: with weights 3 and 1 the first runs
 * three times as often, and the mix holds exactly, it is not drawn by lot.
 *
 * ```ts
 * @task(3) async list() { await this.http.get('/users'); }
 * @task() async home() { await this.http.get('/'); }
 * ```
 * @param weight 0..1000000, fractions allowed; default 1; 0 switches the task off
 */
export const task: Task = ((...args: unknown[]): TaskDecorator | void => {
  if (args.length > 1 || typeof args[0] === 'function') return decorate(taskEffect(1), args);
  const weight = args[0] ?? 1;
  if (!isWeight(weight)) {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: `@task(${shown(weight)}): a weight is a number 0..${maxWeight}`,
    });
  }
  return ((...inner: unknown[]) => decorate(taskEffect(weight), inner)) as TaskDecorator;
}) as Task;

/** `@task`, `@task()` and `@task(3)`. The bare forms come first, or a static field's `undefined` would be taken for a weight. */
export type Task = TaskDecorator & ((weight?: number) => TaskDecorator);

export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxWeight;
}

const taskEffect = (weight: number) => ({
  name: 'task',
  mark: (target: object) => markWeight(target, weight),
  field: { weight },
});
