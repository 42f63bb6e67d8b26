export * from './public.js';
// Glue for the engine and the loader; a scenario has no use for it.
export { installScenarioApi, scenarioApiNames, scenarioApiSymbol } from './api.js';
export { installScenarioRuntime, type ScenarioRuntime } from './runtime/runtime.js';
export { readScenario } from './read/read-scenario.js';
export { describeScenario } from './read/describe-scenario.js';
export type {
  NestedTaskSet,
  ScenarioDefinition,
  ShapeDefinition,
  ShapeFollower,
  TaskEntry,
  TaskSetDefinition,
  UserClassDefinition,
} from './read/definition.js';
