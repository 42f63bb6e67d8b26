import type { ScenarioDescription, TaskDescription } from '@loadstar/shared';
import type { ScenarioDefinition, TaskSetDefinition } from './definition.js';

/** The same scenario as plain data, for everybody who must not run it. */
export function describeScenario(definition: ScenarioDefinition): ScenarioDescription {
  const thresholds = Object.entries(definition.options.thresholds ?? {}).map(
    ([metric, rules]) => [metric, typeof rules === 'string' ? [rules] : [...rules]] as const,
  );
  return {
    userClasses: definition.userClasses.map(({ name, weight, fixedCount, tasks }) => ({
      name,
      weight,
      fixedCount,
      tasks: describeTasks(tasks),
    })),
    shapes: definition.shapes.map(({ name }) => name),
    host: definition.host,
    thresholds: Object.fromEntries(thresholds),
  };
}

function describeTasks(set: TaskSetDefinition): TaskDescription[] {
  const total = set.entries.reduce((sum, { weight }) => sum + weight, 0);
  return set.entries.map(({ name, weight, nested }) => ({
    name,
    ratio: set.kind === 'sequential' ? 1 / set.entries.length : weight / total,
    tasks: nested ? describeTasks(nested) : [],
  }));
}
