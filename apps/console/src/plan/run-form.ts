// The start form as data: what is typed, what it means, and what is wrong with it, field by field.
import type { CreateRunBody, RunView, ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../api/client.js';
import { hostProblem, readAmount } from '../format/amounts.js';
import { readRunTime, runTimeText } from '../format/durations.js';
import {
  type ExecutorField,
  executionOf,
  executionProblems,
  firstExecution,
  isExecutor,
  typedExecution,
} from './executors.js';
import {
  parameterProblems,
  type ParameterField,
  parametersOf,
  type ParameterTexts,
  parameterValues,
  textsOf,
} from './parameters.js';
import type { LoadWish } from './ramp.js';

/** All as typed, so that a mistake stays where it was made. */
export interface RunForm {
  scenario: string;
  host: string;
  users: string;
  spawnRate: string;
  runTimeSeconds: string;
  /**
   * What decides the load: the name of a shape, `noShape` for users and spawn rate, `filePlan` for the scenarios of the
   * file, `ownExecutor` for an executor with fields; or empty while nobody has decided.
   */
  shape: string;
  executor: string;
  /** Of all executors, so that what was typed stays when another is looked at. */
  execution: Record<ExecutorField, string>;
  seed: string;
  tags: string;
  /** Empty: all of them. */
  userClasses: string[];
  /** Of the scenario, as typed, by name. */
  parameters: ParameterTexts;
  /** The scenarios of the run that is started once more, where no form can hold them; null in every other case. */
  plan: Record<string, unknown> | null;
}

/** Writes some fields of the form; the others stay. */
export type ChangeForm = (part: Partial<RunForm>) => void;

/** What a scenario is called that is typed in the form. */
const typedName = 'load';

/** How the API calls the choice against every shape. */
export const noShape = 'none';
/** No name of a class can have these. */
export const filePlan = '@file';
export const ownExecutor = '@executor';
export const pastPlan = '@past';

export type LoadKind = 'users' | 'shape' | 'file' | 'executor' | 'past';

/** What decides the load. Where nobody has chosen, the file's own plan is its default, then its first shape. */
export function loadKindOf(
  form: Pick<RunForm, 'shape'> & Partial<Pick<RunForm, 'plan'>>,
  scenario: ScenarioView | undefined,
): LoadKind {
  const { description } = scenario ?? {};
  if (form.shape === ownExecutor) return 'executor';
  if (form.shape === pastPlan) return form.plan ? 'past' : 'users';
  const planned = (description?.scenarios ?? []).length > 0;
  if (form.shape === filePlan) return planned ? 'file' : 'users';
  if (form.shape === noShape) return 'users';
  if (form.shape !== '') return 'shape';
  if (planned) return 'file';
  return description && description.shapes.length > 0 ? 'shape' : 'users';
}

/** The shape that will be followed, or undefined when something else decides. */
export function shapeOf(form: Pick<RunForm, 'shape'>, scenario: ScenarioView | undefined): string | undefined {
  if (loadKindOf(form, scenario) !== 'shape') return undefined;
  return form.shape === '' ? scenario?.description?.shapes[0] : form.shape;
}

export type RunField = keyof RunForm;
export type FormProblems = Partial<Record<RunField | ExecutorField | ParameterField, string>>;

export const runFields: readonly RunField[] = [
  'scenario',
  'host',
  'users',
  'spawnRate',
  'runTimeSeconds',
  'shape',
  'seed',
  'tags',
  'userClasses',
];

/** The last run's values where there was one: the next test is mostly a variation of it. */
export function firstForm(config: ConsoleConfig, scenarios: readonly ScenarioView[], last: RunView | null): RunForm {
  const known = (name: string | null | undefined) => scenarios.find((entry) => entry.name === name)?.name;
  const scenario = known(last?.scenario) ?? known(config.defaultScenario) ?? scenarios[0]?.name ?? '';
  const { defaults } = config;
  return {
    scenario,
    host: last?.host ?? defaults.host,
    users: String(last?.users ?? defaults.users),
    spawnRate: String(last?.spawnRate ?? defaults.spawnRate),
    runTimeSeconds: runTimeText(last ? last.runTimeSeconds : defaults.runTimeSeconds),
    shape: last ? shapeOfRun(last) : '',
    executor: 'constant-arrival-rate',
    execution: firstExecution(),
    seed: '',
    tags: '',
    userClasses: [],
    parameters: last && last.scenario === scenario ? textsOf(last.parameters) : {},
    plan: null,
  };
}

function shapeOfRun({ shape, scenarios = [] }: RunView): string {
  return scenarios.length > 0 ? filePlan : (shape ?? noShape);
}

/** A run once more, with the same seed, so that its users make the same choices. */
export function cloneForm(config: ConsoleConfig, scenarios: readonly ScenarioView[], run: RunView): RunForm {
  const form = firstForm(config, scenarios, run);
  const all = scenarios.find((entry) => entry.name === run.scenario)?.description?.userClasses.length;
  const tags = (run.tags ?? []).join(', ');
  const load = loadOfRun(run, scenarios);
  return {
    ...form,
    ...load,
    seed: run.seed,
    tags,
    userClasses: all === run.userClasses.length ? [] : [...run.userClasses],
  };
}

/** The load of a past run as the form says it: the file's own plan, one executor with its fields, or the run's plan. */
function loadOfRun({ plan, scenario }: RunView, scenarios: readonly ScenarioView[]): Partial<RunForm> {
  if (!plan || Object.keys(plan).length === 0) return {};
  const declared = scenarios.find((entry) => entry.name === scenario)?.description?.scenarios ?? [];
  const byName = Object.fromEntries(declared.map(({ name, ...load }) => [name, load]));
  if (isSame(plan, byName)) return { shape: filePlan };
  const [only, ...others] = Object.entries(plan);
  const typed = only && others.length === 0 && only[0] === typedName ? typedExecution(only[1]) : undefined;
  return typed ? { shape: ownExecutor, ...typed } : { shape: pastPlan, plan };
}

/** Equal as data, whatever the order of fields. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const said = (of: object) => Object.entries(of).filter(([, value]) => value !== undefined);
  const left = said(one);
  return left.length === said(other).length && left.every(([key, value]) => isSame(value, Reflect.get(other, key)));
}

export function checkForm(form: RunForm, scenario: ScenarioView | undefined, maxUsers: number): FormProblems {
  const problems: FormProblems = {};
  const note = (field: RunField, problem: string | undefined) => {
    if (problem !== undefined) problems[field] = problem;
  };
  if (form.scenario === '') note('scenario', 'Choose a scenario.');
  note('host', hostProblem(form.host));
  const kind = loadKindOf(form, scenario);
  if (kind === 'executor' && isExecutor(form.executor)) {
    Object.assign(problems, executionProblems(form.executor, form.execution));
  }
  Object.assign(problems, parameterProblems(parametersOf(scenario), form.parameters));
  if (kind === 'users') {
    note('users', readUsers(form.users, maxUsers).problem);
    note('spawnRate', readSpawnRate(form.spawnRate).problem);
  }
  note('runTimeSeconds', readRunTime(form.runTimeSeconds).problem);
  return problems;
}

/**
 * Call only with a form that `checkForm` finds nothing wrong with.
 * @param defaultSeconds run time that the platform takes when none is said
 */
export function bodyOf(
  form: RunForm,
  scenario: ScenarioView | undefined,
  defaultSeconds: number | null = null,
): CreateRunBody {
  const body: CreateRunBody = { scenario: form.scenario, host: form.host.trim(), ...loadOf(form, scenario) };
  const runTime = readRunTime(form.runTimeSeconds);
  if (runTime.problem === undefined && runTime.seconds !== null) body.runTimeSeconds = runTime.seconds;
  // Said aloud only where the platform would take another one.
  else if (defaultSeconds !== null && body.scenarios === undefined) body.runTimeSeconds = null;
  if (form.seed.trim() !== '') body.seed = form.seed.trim();
  const tags = tagsOf(form.tags);
  if (tags.length > 0) body.tags = tags;
  if (form.userClasses.length > 0) body.userClasses = form.userClasses;
  const parameters = parameterValues(parametersOf(scenario), form.parameters);
  if (Object.keys(parameters).length > 0) body.parameters = parameters;
  return body;
}

/** Words divided by commas, each once. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}

function loadOf(form: RunForm, scenario: ScenarioView | undefined): CreateRunBody {
  const shape = shapeOf(form, scenario);
  if (shape !== undefined) return { shape };
  const kind = loadKindOf(form, scenario);
  if (kind === 'file') return {};
  if (kind === 'past' && form.plan) return { scenarios: form.plan };
  if (kind === 'executor' && isExecutor(form.executor)) {
    return { scenarios: { [typedName]: executionOf(form.executor, form.execution) } };
  }
  const load = wishOf(form, Number.MAX_SAFE_INTEGER);
  // Said aloud only where there is a choice: left out, the master follows a scenario's only shape.
  const against = form.shape === noShape && scenario?.description?.shapes.length !== 0 ? { shape: noShape } : {};
  return { ...(load ? { users: load.users, spawnRate: load.spawnRate } : {}), ...against };
}

/** The load that is typed, or undefined while it cannot be read. */
export function wishOf(
  form: Pick<RunForm, 'users' | 'spawnRate' | 'runTimeSeconds'>,
  maxUsers: number,
): LoadWish | undefined {
  const users = readUsers(form.users, maxUsers);
  const spawnRate = readSpawnRate(form.spawnRate);
  const runTime = readRunTime(form.runTimeSeconds);
  if (users.problem !== undefined || spawnRate.problem !== undefined || runTime.problem !== undefined) return undefined;
  return { users: users.value, spawnRate: spawnRate.value, runTimeSeconds: runTime.seconds };
}

export function readUsers(text: string, maxUsers: number) {
  return readAmount(text, { what: 'users', whole: true, min: 1, max: maxUsers });
}

export function readSpawnRate(text: string) {
  return readAmount(text, { what: 'users per second', whole: false, min: 0, exclusive: true });
}
