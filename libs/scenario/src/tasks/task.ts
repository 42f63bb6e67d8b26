import { LoadstarError } from '@loadstar/shared';
import { decorate, type TaskDecorator } from './decorator.js';
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
export function task(weight?: number): TaskDecorator;
export function task(...args: Parameters<TaskDecorator>): void;
export function task(...args: unknown[]): TaskDecorator | void {
  if (args.length > 1 || typeof args[0] === 'function') return decorate(taskEffect(1), args);
  const weight = args[0] ?? 1;
  if (typeof weight !== 'number' || !isWeight(weight)) {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: `@task(${String(weight)}): a weight is a number 0..${maxWeight}`,
    });
  }
  return ((...inner: unknown[]) => decorate(taskEffect(weight), inner)) as TaskDecorator;
}

export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxWeight;
}

const taskEffect = (weight: number) => ({
  name: 'task',
  mark: (target: object) => markWeight(target, weight),
  field: { weight },
});
