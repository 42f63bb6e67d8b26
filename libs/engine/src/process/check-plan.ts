import {
  checkRate,
  execProblems,
  LoadstarError,
  readParameters,
  type FieldProblem,
  readScenarios,
  type RunPlan,
  type ScenariosLoad,
} from '@loadstar/shared';
import { describeScenario, type ScenarioDefinition } from '@loadstar/scenario';

/**
 * Checks that a scenario has what a plan names, before anything is started.
 * @throws LoadstarError NOT_FOUND, INVALID_INPUT, RATE_CEILING or SCENARIO_INVALID
 */
export function checkPlan(plan: RunPlan, definition: ScenarioDefinition): void {
  const { load } = plan;
  // A plan comes over a wire: its kind may be one that this version does not know.
  if (!['users', 'shape', 'scenarios'].includes(load.kind)) {
    throw new LoadstarError('INVALID_INPUT', { detail: `load.kind "${load.kind}" is not known here` });
  }
  if (load.kind === 'scenarios') checkScenarios(load, definition);
  checkRate(load, plan.limits.maxRate);
  if (load.kind === 'users' && !(load.users >= 0 && load.spawnRate > 0 && Number.isFinite(load.users))) {
    throw new LoadstarError('INVALID_INPUT', { detail: 'load.users must be at least 0 and load.spawnRate above 0' });
  }
  if (load.kind === 'shape' && !definition.shapes.some(({ name }) => name === load.shape)) {
    throw new LoadstarError('NOT_FOUND', { what: 'shape', id: load.shape });
  }
  const { problems } = readParameters(plan.parameters ?? {}, definition.parameters);
  refuse(problems);
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

function checkScenarios(load: ScenariosLoad, definition: ScenarioDefinition): void {
  const { scenarios, problems } = readScenarios(load.scenarios);
  const all = [...problems, ...execProblems(scenarios, describeScenario(definition))];
  refuse(all);
}

function refuse(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  const detail = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new LoadstarError('INVALID_INPUT', { detail }, [...problems]);
}
