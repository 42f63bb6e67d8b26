import { readScenarios, type ScenarioDescription, type ShapeCurve, type TaskDescription } from '@loadstar/shared';
import { thresholdText } from '../options/threshold-rule.js';
import type { ScenarioDefinition, TaskSetDefinition } from './definition.js';
import { shapeCurve } from './shape-curve.js';

/**
 * The same scenario as plain data, for everybody who must not run it.
 * @param withCurves whether shapes are asked what they plan, which runs their code
 */
export function describeScenario(definition: ScenarioDefinition, withCurves = false): ScenarioDescription {
  const thresholds = Object.entries(definition.options.thresholds ?? {}).map(
    ([metric, rules]) => [metric, (isList(rules) ? rules : [rules]).map(thresholdText)] as const,
  );
  const { stopTimeoutSeconds } = definition.options;
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
    ...(stopTimeoutSeconds === undefined ? {} : { stopTimeoutMs: Math.round(stopTimeoutSeconds * 1000) }),
    ...(definition.options.scenarios ? { scenarios: readScenarios(definition.options.scenarios).scenarios } : {}),
    ...(definition.parameters.length > 0 ? { parameters: definition.parameters } : {}),
    ...(withCurves && definition.shapes.length > 0 ? { curves: curvesOf(definition) } : {}),
  };
}

function curvesOf({ shapes }: ScenarioDefinition): Record<string, ShapeCurve> {
  const curves = shapes.map((shape) => [shape.name, shapeCurve(shape)] as const);
  return Object.fromEntries(curves.flatMap(([name, curve]) => (curve ? [[name, curve] as const] : [])));
}

/** `Array.isArray` does not narrow readonly lists. */
function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function describeTasks(set: TaskSetDefinition): TaskDescription[] {
  const total = set.entries.reduce((sum, { weight }) => sum + weight, 0);
  return set.entries.map(({ name, weight, nested }) => ({
    name,
    ratio: set.kind === 'sequential' ? 1 / set.entries.length : weight / total,
    tasks: nested ? describeTasks(nested) : [],
  }));
}
