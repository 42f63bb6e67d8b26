/** What follows from scenarios without running them. */
import type { FieldProblem } from '../errors/index.js';
import { specOf } from './executors/index.js';
import type { ScenarioDescription, TaskDescription } from './scenario-description.js';
import { rampingRate, RateTrack } from '../load/rate-track.js';
import type { LoadChange, LoadPlan } from './plan.js';
import type { FindCapacityLoad, ScenarioLoad } from './scenario-load.js';

/** One phrase for people: `browse: 100 arrivals per 1s for 1m, 50 users`. */
export function describeScenarioLoad(load: ScenarioLoad): string {
  return `${load.name}: ${specOf(load.executor)?.describe(load) ?? load.executor}`;
}

/** The search for the capacity that a run is, if it is one: it is its only scenario. */
export function capacitySearchOf(load: LoadPlan): FindCapacityLoad | undefined {
  const [only] = load.kind === 'scenarios' ? load.scenarios : [];
  return only?.executor === 'find-capacity' ? only : undefined;
}

/** Seconds from the start of the run until the scenario starts nothing more; Infinity when only a stop ends it. */
export function scenarioEndSeconds(load: ScenarioLoad): number {
  return load.startTime + (specOf(load.executor)?.lengthSeconds(load) ?? 0);
}

/** Most users of one scenario. */
export function mostUsersOf(load: ScenarioLoad): number {
  return specOf(load.executor)?.mostUsers(load) ?? 0;
}

/** Seconds after which everything has ended at the latest, iterations that take their time included. */
export function latestEndSeconds(scenarios: readonly ScenarioLoad[]): number {
  return scenarios.reduce((latest, load) => Math.max(latest, scenarioEndSeconds(load) + load.gracefulStop), 0);
}

/** Most users of all scenarios together at any moment, those whose last iteration may still run included. */
export function peakUsersOf(scenarios: readonly ScenarioLoad[]): number {
  return peakOf(scenarios, mostUsersOf, (load) => load.gracefulStop);
}

/**
 * Most arrivals per second that open scenarios together ask for at any moment; of a ramp its highest rate counts for all of
 * its time. What users begin by themselves is no arrival.
 */
export function peakRateOf(scenarios: readonly ScenarioLoad[]): number {
  return peakOf(
    scenarios,
    (load) => specOf(load.executor)?.mostArrivals?.(load) ?? 0,
    () => 0,
  );
}

/** @param afterSeconds for how long after its end a scenario still counts */
function peakOf(
  scenarios: readonly ScenarioLoad[],
  amountOf: (load: ScenarioLoad) => number,
  afterSeconds: (load: ScenarioLoad) => number,
): number {
  const present = (load: ScenarioLoad, at: number): boolean =>
    load.startTime <= at && at < scenarioEndSeconds(load) + Math.max(afterSeconds(load), Number.MIN_VALUE);
  // The sum only ever grows when a scenario starts.
  return Math.max(
    0,
    ...scenarios.map(({ startTime }) =>
      scenarios.reduce((sum, load) => sum + (present(load, startTime) ? amountOf(load) : 0), 0),
    ),
  );
}

/**
 * Arrivals that open scenarios plan within the first seconds of a run, to the whole; Poisson ones are the expected number.
 * @param changes made by hand, oldest first: a changed rate holds from its moment, and a pause plans nothing
 */
export function plannedArrivals(
  scenarios: readonly ScenarioLoad[],
  elapsedSeconds: number,
  changes: readonly LoadChange[] = [],
): number {
  const untilMs = elapsedSeconds * 1_000;
  const pauses = pausesUntil(untilMs, changes);
  return scenarios.reduce((sum, load) => {
    const track = arrivalsOf(load, changes);
    if (!track) return sum;
    const startMs = load.startTime * 1_000;
    const countAt = (ms: number): number => track.countAt(Math.max(0, ms - startMs));
    const skipped = pauses.reduce((total, { fromMs, toMs }) => total + countAt(toMs) - countAt(fromMs), 0);
    return sum + Math.ceil(countAt(untilMs) - skipped - 1e-6);
  }, 0);
}

/** When arrivals of a scenario are due; undefined where none are, or where that is found out as the run goes. */
function arrivalsOf(load: ScenarioLoad, changes: readonly LoadChange[]): RateTrack | undefined {
  if (load.executor === 'ramping-arrival-rate') return rampingRate(load);
  if (load.executor !== 'constant-arrival-rate') return undefined;
  const track = new RateTrack(load.timeUnit * 1_000).append(load.duration * 1_000, load.rate, load.rate);
  for (const { atMs, scenarios } of changes) {
    const rate = scenarios?.find(({ name }) => name === load.name)?.rate;
    if (rate !== undefined) track.changeAt(Math.max(0, atMs - load.startTime * 1_000), rate);
  }
  return track;
}

function pausesUntil(untilMs: number, changes: readonly LoadChange[]): { fromMs: number; toMs: number }[] {
  const pauses: { fromMs: number; toMs: number }[] = [];
  let fromMs: number | undefined;
  for (const { atMs, paused } of changes) {
    if (paused === true) fromMs ??= Math.min(atMs, untilMs);
    if (paused !== false || fromMs === undefined) continue;
    pauses.push({ fromMs, toMs: Math.min(atMs, untilMs) });
    fromMs = undefined;
  }
  return fromMs === undefined ? pauses : [...pauses, { fromMs, toMs: untilMs }];
}

/** What a scenario runs: the classes, and the only task when `exec` names one. */
export interface ExecTarget {
  /** Names of user classes; undefined means all by weight. */
  readonly userClass: string | undefined;
  readonly task: string | undefined;
}

/**
 * Resolves `exec`: a user class, `Class.task`, or a task that only one class has.
 * @returns undefined when there is no such thing
 */
export function resolveExec(
  exec: string | undefined,
  classes: readonly { readonly name: string; readonly tasks: readonly Pick<TaskDescription, 'name'>[] }[],
): ExecTarget | undefined {
  if (exec === undefined) return { userClass: undefined, task: undefined };
  if (classes.some(({ name }) => name === exec)) return { userClass: exec, task: undefined };
  const holders = classes.flatMap(({ name, tasks }) =>
    tasks.some((task) => task.name === exec || `${name}.${task.name}` === exec)
      ? [{ userClass: name, task: exec.startsWith(`${name}.`) ? exec.slice(name.length + 1) : exec }]
      : [],
  );
  return holders.length === 1 ? holders[0] : undefined;
}

/** Scenarios whose `exec` names nothing that the file has, or more than one thing. */
export function execProblems(
  scenarios: readonly ScenarioLoad[],
  { userClasses }: Pick<ScenarioDescription, 'userClasses'>,
  at = 'scenarios',
): FieldProblem[] {
  return scenarios
    .filter(({ exec }) => resolveExec(exec, userClasses) === undefined)
    .map(({ name, exec }) => {
      const classes = userClasses.map((each) => each.name).join(', ');
      const problem = `"${exec ?? ''}" is neither a user class (${classes}) nor a task that one class alone has (write Class.task)`;
      return { field: `${at}.${name}.exec`, problem };
    });
}
