import { type LoadPlan, LoadstarError } from '@loadstar/shared';
import type { Executor, ExecutorContext, ExecutorFactory } from './executor.js';
import { ShapeExecutor } from './shape.js';
import { UsersExecutor } from './users.js';

/** A factory per kind of load. A new executor is one file and one line here. */
const factories: { readonly [K in LoadPlan['kind']]: (load: Extract<LoadPlan, { kind: K }>) => ExecutorFactory } = {
  users: (load) => (context) => new UsersExecutor(context, load),
  shape: (load) => (context) => new ShapeExecutor(context, load),
};

/** Names of the kinds of load that can be run. */
export const executorNames = Object.keys(factories);

/** The executor for the plan's load. @throws LoadstarError INVALID_INPUT when its kind is not known */
export function createExecutor(context: ExecutorContext): Executor {
  // A plan comes over a wire: its kind may be one that this version does not know.
  const factory = Object.hasOwn(factories, context.load.kind)
    ? (factories[context.load.kind] as (load: LoadPlan) => ExecutorFactory)
    : undefined;
  if (!factory) {
    const detail = `load.kind "${context.load.kind}" is not one of ${executorNames.join(', ')}`;
    throw new LoadstarError('INVALID_INPUT', { detail });
  }
  return factory(context.load)(context);
}
