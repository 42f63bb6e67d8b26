import { LoadstarError } from '@loadstar/shared';
import { ConstantArrivalRateExecutor } from './constant-arrival-rate.js';
import { ConstantVusExecutor } from './constant-vus.js';
import type { Executor, ExecutorContext, ExecutorLoad } from './executor.js';
import { ExternallyControlledExecutor } from './externally-controlled.js';
import { FindCapacityExecutor } from './find-capacity.js';
import { PerVuIterationsExecutor } from './per-vu-iterations.js';
import { RampingArrivalRateExecutor } from './ramping-arrival-rate.js';
import { RampingVusExecutor } from './ramping-vus.js';
import { ShapeExecutor } from './shape.js';
import { SharedIterationsExecutor } from './shared-iterations.js';
import { UsersExecutor } from './users.js';

/** What a load is followed by: the kind of a whole run's load, or k6's name of a scenario's executor. */
type NameOf<Load> = Load extends { kind: infer Name } ? Name : Load extends { executor: infer Name } ? Name : never;
type LoadNamed<Name> = Extract<ExecutorLoad, { kind: Name } | { executor: Name }>;
type ExecutorName = Extract<NameOf<ExecutorLoad>, string>;

/** An executor per name. A new one is one file and one line here. */
const executors: {
  readonly [Name in ExecutorName]: new (context: ExecutorContext, load: LoadNamed<Name>) => Executor;
} = {
  users: UsersExecutor,
  shape: ShapeExecutor,
  'constant-vus': ConstantVusExecutor,
  'ramping-vus': RampingVusExecutor,
  'shared-iterations': SharedIterationsExecutor,
  'per-vu-iterations': PerVuIterationsExecutor,
  'constant-arrival-rate': ConstantArrivalRateExecutor,
  'ramping-arrival-rate': RampingArrivalRateExecutor,
  'find-capacity': FindCapacityExecutor,
  'externally-controlled': ExternallyControlledExecutor,
};

/** Names that loads can be run by. */
export const executorNames = Object.keys(executors);

/** The executor for a load. @throws LoadstarError INVALID_INPUT when its name is not known */
export function createExecutor(load: ExecutorLoad, context: ExecutorContext): Executor {
  const name = 'kind' in load ? load.kind : load.executor;
  // A plan comes over a wire: its name may be one that this version does not know.
  if (!Object.hasOwn(executors, name)) {
    throw new LoadstarError('INVALID_INPUT', { detail: `load "${name}" is not one of ${executorNames.join(', ')}` });
  }
  // Each is only ever given loads of its own name, which the compiler cannot follow through the table.
  const Executor = executors[name] as new (context: ExecutorContext, load: ExecutorLoad) => Executor;
  return new Executor(context, load);
}
