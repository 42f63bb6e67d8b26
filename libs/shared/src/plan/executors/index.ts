import type { ScenarioExecutor, ScenarioLoad } from '../scenario-load.js';
import { constantArrivalRate } from './constant-arrival-rate.js';
import { constantVus } from './constant-vus.js';
import type { ExecutorSpec } from './executor-spec.js';
import { externallyControlled } from './externally-controlled.js';
import { findCapacity } from './find-capacity.js';
import { perVuIterations } from './per-vu-iterations.js';
import { rampingArrivalRate } from './ramping-arrival-rate.js';
import { rampingVus } from './ramping-vus.js';
import { sharedIterations } from './shared-iterations.js';

/** Everything that is known of executors without running them, by k6's names. A new one is a file and a line here. */
const specs: { readonly [Name in ScenarioExecutor]: ExecutorSpec<Extract<ScenarioLoad, { executor: Name }>> } = {
  'constant-vus': constantVus,
  'ramping-vus': rampingVus,
  'shared-iterations': sharedIterations,
  'per-vu-iterations': perVuIterations,
  'constant-arrival-rate': constantArrivalRate,
  'ramping-arrival-rate': rampingArrivalRate,
  'find-capacity': findCapacity,
  'externally-controlled': externallyControlled,
};

export const scenarioExecutors = Object.keys(specs) as ScenarioExecutor[];

/** The spec by the name of a load's executor; undefined for a name that is none. */
export function specOf(executor: unknown): ExecutorSpec<ScenarioLoad> | undefined {
  if (typeof executor !== 'string' || !Object.hasOwn(specs, executor)) return undefined;
  // A spec only ever meets loads of its own executor, which the compiler cannot follow through the table.
  return specs[executor as ScenarioExecutor] as unknown as ExecutorSpec<ScenarioLoad>;
}
