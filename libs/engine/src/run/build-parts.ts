import {
  type ArrivalLoad,
  type Clock,
  LoadstarError,
  mostUsersOf,
  resolveExec,
  type RunPlan,
  type ScenarioLoad,
} from '@loadstar/shared';
import type { ScenarioDefinition, UserClassDefinition } from '@loadstar/scenario';
import { ArrivalTasks } from '../load/arrival-tasks.js';
import type { ArrivalTarget, ExecutorContext, LoadTarget, ShapeTicker } from '../load/executors/executor.js';
import { createExecutor } from '../load/executors/registry.js';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import { OpenExchanges } from '../record/open-exchanges.js';
import { type ClientSource, UserKind, type UserServices } from '../user/user-kind.js';
import { ArrivalCrew } from './arrival-crew.js';
import type { ArrivalPump } from './arrival-pump.js';
import type { EngineStart } from './engine-options.js';
import { Population } from './population.js';
import { type Crew, RunPart, shifted } from './run-part.js';

/** How long before its first arrival the users of an open scenario are started, milliseconds. */
const prepareMs = 2_000;

export interface PartsContext {
  readonly definition: ScenarioDefinition;
  readonly plan: RunPlan;
  readonly clock: Clock;
  readonly clients: (recorder: ExchangeRecorder) => ClientSource;
  readonly start: EngineStart;
  /** Monotonic time at which run time is 0. */
  readonly originMs: number;
  readonly pump: ArrivalPump;
  readonly services: UserServices;
  readonly after: (delayMs: number, callback: () => void) => void;
}

/** What executors of the other kind of load are given in the place of a target: they never ask for it. */
const nobody: LoadTarget = {
  users: 0,
  setUsers: () => {},
  limitIterations: () => {},
  setShare: () => {},
  select: () => {},
};
const nowhere: ArrivalTarget = { arrive: () => {}, drop: () => {}, setShare: () => {} };
const noTask = (): never => {
  throw new Error('a load that keeps users has no arrivals');
};

/**
 * The parts of a run: one for a run of users or a shape, one for each scenario otherwise.
 * @throws LoadstarError when the plan names what the scenario file does not have
 */
export function buildParts(context: PartsContext): RunPart[] {
  const { load, stopTimeoutMs } = context.plan;
  if (load.kind !== 'scenarios') {
    const kinds = context.definition.userClasses.map((each) => kindOf(context, each, each.name, {}, ''));
    const crew = population(context, kinds, context.plan.seed, 0, stopTimeoutMs);
    const executor = createExecutor(load, executorContext(context, context.plan.seed, 0, crew));
    for (const change of context.start.changes) executor.change(change);
    return [new RunPart({ startMs: 0, graceMs: stopTimeoutMs, crew, executor, after: context.after })];
  }
  let firstId = 0;
  return load.scenarios.map((scenario) => {
    const part = scenarioPart(context, scenario, firstId);
    firstId += mostUsersOf(scenario);
    return part;
  });
}

function scenarioPart(context: PartsContext, load: ScenarioLoad, firstId: number): RunPart {
  const { name, env } = load;
  const seed = `${context.plan.seed}/${name}`;
  const classes = classesOf(context, load);
  const clients = new Map<string, ReturnType<PartsContext['clients']>>();
  const kinds = classes.map((each) => kindOf(context, each, name, env, `${name}/`, clients));
  const startMs = load.startTime * 1000;
  const graceMs = load.gracefulStop * 1000;
  const { after, pump, originMs, start } = context;
  if (!isOpen(load)) {
    const rampDownMs = load.executor === 'ramping-vus' ? load.gracefulRampDown * 1000 : graceMs;
    const crew = population(context, kinds, seed, firstId, rampDownMs);
    const executor = createExecutor(load, executorContext(context, seed, startMs, crew));
    for (const change of start.changes) executor.change(shifted(change, startMs));
    return new RunPart({ startMs, graceMs, crew, executor, after });
  }
  const crew = new ArrivalCrew({
    kinds,
    seed,
    share: start.share,
    preAllocated: load.preAllocatedVUs,
    most: Math.min(load.maxVUs, context.plan.limits.maxUsers),
    firstId,
    waits: load.whenBusy === 'wait',
    startsAtMs: originMs + startMs,
  });
  const tasks = new ArrivalTasks(classes, seed);
  const executor = createExecutor(load, {
    ...executorContext(context, seed, startMs, nobody),
    arrivals: crew,
    nextTask: () => tasks.next(),
  });
  for (const change of start.changes) executor.change(shifted(change, startMs));
  after(start.inMs + startMs - start.elapsedMs - prepareMs, () => crew.prepare());
  const { arrivals } = executor;
  if (arrivals) pump.add(arrivals, originMs + startMs);
  const onChange = (over: boolean): void => {
    if (over && arrivals) pump.remove(arrivals);
    else pump.wake();
  };
  return new RunPart({ startMs, graceMs, crew, executor, after, onChange });
}

function isOpen(load: ScenarioLoad): load is ScenarioLoad & ArrivalLoad {
  return 'preAllocatedVUs' in load;
}

/** The classes that a scenario runs, and of the class of a named task that task alone. */
function classesOf({ definition, plan }: PartsContext, load: ScenarioLoad): UserClassDefinition[] {
  const known = definition.userClasses.map(({ name, tasks }) => ({ name, tasks: tasks.entries }));
  const target = resolveExec(load.exec, known);
  if (!target) throw new LoadstarError('NOT_FOUND', { what: 'user class or task', id: load.exec ?? '' });
  const { userClass, task } = target;
  if (userClass === undefined) {
    return definition.userClasses
      .filter(({ name }) => plan.userClasses.length === 0 || plan.userClasses.includes(name))
      .map((each) => ({ ...each, weight: plan.classWeights[each.name] ?? (each.weight || each.fixedCount) }));
  }
  return definition.userClasses
    .filter(({ name }) => name === userClass)
    .map((each) => {
      const entries = each.tasks.entries.filter(({ name }) => task === undefined || name === task);
      return { ...each, weight: 1, fixedCount: 0, tasks: { ...each.tasks, entries } };
    });
}

function kindOf(
  { clients, services, clock }: PartsContext,
  definition: UserClassDefinition,
  countedAs: string,
  env: Readonly<Record<string, string>>,
  scope: string,
  shared = new Map<string, ClientSource>(),
): UserKind {
  const recorder = services.recorder.forClass(countedAs);
  const source = shared.get(countedAs) ?? clients(recorder);
  shared.set(countedAs, source);
  const exchanges = new OpenExchanges(recorder, clock);
  services.recorder.beforeReading(() => exchanges.flush());
  return new UserKind(definition, services, source, exchanges, env, scope);
}

function population(
  { plan, start, after }: PartsContext,
  kinds: readonly UserKind[],
  seed: string,
  firstId: number,
  stopTimeoutMs: number,
): Population {
  const selection =
    plan.load.kind === 'scenarios'
      ? { userClasses: undefined, classWeights: undefined }
      : { userClasses: plan.userClasses, classWeights: plan.classWeights };
  return new Population({ kinds, seed, share: start.share, selection, stopTimeoutMs, firstId, after });
}

function executorContext(
  { definition, plan, start }: PartsContext,
  seed: string,
  startMs: number,
  target: LoadTarget & Partial<Crew>,
): ExecutorContext {
  return {
    share: start.share,
    startMs: start.elapsedMs - startMs,
    maxUsers: plan.limits.maxUsers,
    maxRate: plan.limits.maxRate,
    seed,
    target,
    arrivals: nowhere,
    nextTask: noTask,
    shape: (name): ShapeTicker => {
      const shape = definition.shapes.find((each) => each.name === name);
      if (!shape) throw new LoadstarError('NOT_FOUND', { what: 'shape', id: name });
      const follower = shape.create();
      return (second) => follower.tick(second);
    },
  };
}
