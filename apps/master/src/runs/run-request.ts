/**
 * Turns what somebody asks for into the load of a plan, or says which field is wrong and what it may be. Faces check
 * the form of their input; this is the gate that every start and change passes, whichever face it came through.
 */
import {
  checkHost,
  chooseLoad,
  type CreateRunBody,
  type FieldProblem,
  type LoadPlan,
  execProblems,
  LoadstarError,
  type ParameterValue,
  type PlainLoad,
  readParameters,
  readScenarios,
  type ScenarioChange,
  type ScenarioDescription,
  type ScenarioLoad,
} from '@loadstar/shared';

export interface RequestDefaults {
  readonly defaultHost: string;
  readonly defaultHostGiven?: boolean | undefined;
  readonly defaultUsers: number;
  readonly defaultSpawnRate: number;
  readonly defaultRunTimeSeconds: number | undefined;
  readonly maxUsers: number;
}

/** Longest run time, seconds: a year, which a 32-bit timer could not hold; the deadline is watched in pieces. */
const maxRunTimeSeconds = 366 * 24 * 3600;
const maxSpawnRate = 1_000_000;
/** Arrivals per time unit; what the control channel carries. */
const maxRate = 10_000_000;
/** @throws LoadstarError INVALID_INPUT naming each field, USER_CEILING */
export function checkNumbers(
  { users, spawnRate, runTimeSeconds }: Pick<CreateRunBody, 'users' | 'spawnRate' | 'runTimeSeconds'>,
  ceiling: number,
): void {
  const fields: FieldProblem[] = [];
  if (users !== undefined && (!Number.isSafeInteger(users) || users < 1)) {
    fields.push({ field: 'users', problem: `a whole number 1..${ceiling}` });
  }
  if (spawnRate !== undefined && !(spawnRate > 0 && spawnRate <= maxSpawnRate)) {
    fields.push({ field: 'spawnRate', problem: `a number of users per second above 0, at most ${maxSpawnRate}` });
  }
  if (
    runTimeSeconds !== undefined &&
    runTimeSeconds !== null &&
    !(runTimeSeconds > 0 && runTimeSeconds <= maxRunTimeSeconds)
  ) {
    fields.push({ field: 'runTimeSeconds', problem: `a number of seconds above 0, at most ${maxRunTimeSeconds}` });
  }
  refuse(fields);
  if (users !== undefined && users > ceiling) throw new LoadstarError('USER_CEILING', { users, ceiling });
}

/** @throws LoadstarError INVALID_INPUT, USER_CEILING */
export function requestedLoad(request: CreateRunBody, defaults: RequestDefaults): PlainLoad {
  checkNumbers(request, defaults.maxUsers);
  // null asks for a run without an end, whatever the default is.
  const { runTimeSeconds = defaults.defaultRunTimeSeconds } = request;
  return {
    users: request.users ?? Math.min(defaults.defaultUsers, defaults.maxUsers),
    spawnRate: request.spawnRate ?? defaults.defaultSpawnRate,
    runTimeMs: msOf(runTimeSeconds),
  };
}

const msOf = (seconds: number | null | undefined): number | undefined => (seconds == null ? undefined : seconds * 1000);

/** The host that a run goes to: the one asked for, or the configured one, or the scenario's own, or the usual one. */
export function requestedHost(
  request: CreateRunBody,
  description: ScenarioDescription,
  defaults: RequestDefaults,
): string {
  const asked = request.host?.trim();
  if (asked !== undefined && asked !== '') return checkHost(asked);
  const { defaultHost, defaultHostGiven = false } = defaults;
  return checkHost(defaultHostGiven ? defaultHost : (description.host ?? defaultHost));
}

/**
 * What the load follows: scenarios of the request, or else what anybody who asks for a load gets.
 * @throws LoadstarError INVALID_INPUT for an unknown shape, and where one of several has to be chosen
 */
export function requestedPlan(request: CreateRunBody, load: PlainLoad, description: ScenarioDescription): LoadPlan {
  const runTimeMs = msOf(request.runTimeSeconds);
  if (request.scenarios !== undefined) {
    return { kind: 'scenarios', scenarios: askedScenarios(request, description), runTimeMs };
  }
  return chooseLoad({ users: request.users, shape: request.shape, runTimeMs }, load, description);
}

/**
 * Values of all parameters that the scenario declares: those that are asked for, and defaults.
 * @throws LoadstarError INVALID_INPUT naming each by `parameters.NAME`
 */
export function requestedParameters(
  { parameters: asked = {} }: CreateRunBody,
  { parameters = [] }: ScenarioDescription,
): Record<string, ParameterValue> {
  const { values, problems } = readParameters(asked, parameters);
  refuse(problems);
  return values;
}

function askedScenarios(
  { scenarios: asked, users, spawnRate, shape }: CreateRunBody,
  description: ScenarioDescription,
): readonly ScenarioLoad[] {
  const others = Object.entries({ users, spawnRate, shape }).filter(([, value]) => value !== undefined);
  refuse(others.map(([field]) => ({ field, problem: 'not together with scenarios, which decide the load' })));
  const { scenarios, problems } = readScenarios(asked);
  // A file that nobody has looked at may have what is named; the engines look again.
  const unknown = description.userClasses.length === 0 ? [] : execProblems(scenarios, description);
  refuse([...problems, ...unknown]);
  return scenarios;
}

/** @throws LoadstarError INVALID_INPUT, USER_CEILING for a scenario that is not there or does not change so */
export function checkScenarioChanges(
  changes: readonly ScenarioChange[] | undefined,
  load: LoadPlan,
  ceiling: number,
): void {
  const fields: FieldProblem[] = [];
  const say = (problem: string): number => fields.push({ field: 'scenarios', problem });
  const scenarios = load.kind === 'scenarios' ? load.scenarios : [];
  if (changes && scenarios.length === 0) say('this run has none');
  for (const { name, vus, rate } of scenarios.length === 0 ? [] : (changes ?? [])) {
    const scenario = scenarios.find((each) => each.name === name);
    if (!scenario) say(`"${name}" is not one of ${scenarios.map((each) => each.name).join(', ')}`);
    else if (vus === undefined && rate === undefined) say(`"${name}" needs vus or rate`);
    else if (
      vus !== undefined &&
      scenario.executor !== 'constant-vus' &&
      scenario.executor !== 'externally-controlled'
    ) {
      say(`"${name}" is ${scenario.executor}, whose users cannot be changed`);
    } else if (vus !== undefined && !(Number.isSafeInteger(vus) && vus >= 0)) {
      say(`vus of "${name}" is a whole number 0..${ceiling}`);
    } else if (vus !== undefined && vus > ceiling) {
      throw new LoadstarError('USER_CEILING', { users: vus, ceiling });
    } else if (rate !== undefined && scenario.executor !== 'constant-arrival-rate') {
      say(`"${name}" is ${scenario.executor}, whose rate cannot be changed`);
    } else if (rate !== undefined && !(rate > 0 && rate <= maxRate)) {
      say(`rate of "${name}" is a number above 0, at most ${maxRate}`);
    }
  }
  refuse(fields);
}

/** @throws LoadstarError INVALID_INPUT for a task that a class does not have, or none at all */
export function checkTasks(
  tasks: Readonly<Record<string, readonly string[]>> | undefined,
  description: ScenarioDescription,
): void {
  const fields = Object.entries(tasks ?? {}).flatMap(([name, chosen]): FieldProblem[] => {
    const known = description.userClasses.find((each) => each.name === name)?.tasks.map((task) => task.name) ?? [];
    const strange = chosen.filter((task) => !known.includes(task));
    if (strange.length === 0 && chosen.length > 0) return [];
    const given = strange.length === 0 ? 'none' : strange.map((task) => `"${task}"`).join(', ');
    return [{ field: 'tasks', problem: `of ${name} are ${known.join(', ') || 'unknown'}, not ${given}` }];
  });
  refuse(fields);
}

/** @throws LoadstarError INVALID_INPUT when a class is named that the scenario does not have */
export function checkUserClasses(
  userClasses: readonly string[] = [],
  classWeights: Readonly<Record<string, number>> = {},
  description: ScenarioDescription,
): void {
  const known = new Set(description.userClasses.map(({ name }) => name));
  const fields: FieldProblem[] = [];
  const allowed = [...known].join(', ');
  for (const name of userClasses) {
    if (!known.has(name)) fields.push({ field: 'userClasses', problem: `"${name}" is not one of ${allowed}` });
  }
  for (const [name, weight] of Object.entries(classWeights)) {
    if (!known.has(name)) fields.push({ field: 'classWeights', problem: `"${name}" is not one of ${allowed}` });
    else if (!(weight >= 0 && Number.isFinite(weight))) {
      fields.push({ field: 'classWeights', problem: `the weight of "${name}" is a number of 0 or more` });
    }
  }
  refuse(fields);
}

function refuse(fields: FieldProblem[]): void {
  if (fields.length === 0) return;
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new LoadstarError('INVALID_INPUT', { detail }, fields);
}
