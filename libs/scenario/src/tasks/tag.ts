import { LoadstarError } from '@loadstar/shared';
import { decorate, type TaskDecorator } from './decorator.js';
import { markTags } from './marks.js';

/**
 * Names a task, so that a run can be restricted to some (`options.tags`) or spared others (`options.excludeTags`). A tag
 * on a task set holds for all tasks in it.
 *
 * ```ts
 * @tag('write', 'slow') @task() async create() { … }
 * ```
 */
export function tag(...names: string[]): TaskDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw new LoadstarError('SCENARIO_INVALID', { detail: '@tag needs one or more names, as in @tag("write")' });
  }
  const effect = { name: 'tag', mark: (target: object) => markTags(target, names), field: { tags: names } };
  return ((...args: unknown[]) => decorate(effect, args)) as TaskDecorator;
}
