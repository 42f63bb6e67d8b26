import { LoadstarError, type RunPlan } from '@loadstar/shared';
import type { ScenarioDefinition } from '@loadstar/scenario';
import { executorNames } from '../load/executors/registry.js';

/**
 * Checks that a scenario has what a plan names, before anything is started.
 * @throws LoadstarError NOT_FOUND, INVALID_INPUT or SCENARIO_INVALID
 */
export function checkPlan(plan: RunPlan, definition: ScenarioDefinition): void {
  const { load } = plan;
  if (!executorNames.includes(load.kind)) {
    throw new LoadstarError('INVALID_INPUT', { detail: `load.kind must be one of ${executorNames.join(', ')}` });
  }
  if (load.kind === 'users' && !(load.users >= 0 && load.spawnRate > 0 && Number.isFinite(load.users))) {
    throw new LoadstarError('INVALID_INPUT', { detail: 'load.users must be at least 0 and load.spawnRate above 0' });
  }
  if (load.kind === 'shape' && !definition.shapes.some(({ name }) => name === load.shape)) {
    throw new LoadstarError('NOT_FOUND', { what: 'shape', id: load.shape });
  }
  const names = definition.userClasses.map(({ name }) => name);
  const unknown = [...plan.userClasses, ...Object.keys(plan.classWeights)].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new LoadstarError('NOT_FOUND', { what: 'user class', id: unknown });
  const chosen = definition.userClasses.filter(
    ({ name, weight, fixedCount }) =>
      (plan.userClasses.length === 0 || plan.userClasses.includes(name)) &&
      (fixedCount > 0 || (plan.classWeights[name] ?? weight) > 0),
  );
  if (chosen.length === 0) {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: 'every chosen user class has weight 0, so nothing would run',
    });
  }
}
