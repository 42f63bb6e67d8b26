// The start form as data: what is typed, what it means, and what is wrong with it, field by field.
import type { CreateRunBody, RunView, ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../api/client.js';
import { hostProblem, readAmount } from '../format/amounts.js';
import { readRunTime, runTimeText } from '../format/durations.js';
import type { LoadWish } from './ramp.js';

/** All as typed, so that a mistake stays where it was made. */
export interface RunForm {
  scenario: string;
  host: string;
  users: string;
  spawnRate: string;
  runTimeSeconds: string;
  /** Name of a shape, `noShape` for users and spawn rate, or empty while nobody has decided. */
  shape: string;
  seed: string;
  /** Empty: all of them. */
  userClasses: string[];
}

/** Writes some fields of the form; the others stay. */
export type ChangeForm = (part: Partial<RunForm>) => void;

/** How the API calls the choice against every shape. */
export const noShape = 'none';

/** The shape that will be followed, or undefined when users and spawn rate decide. A file's first shape is its default. */
export function shapeOf(form: Pick<RunForm, 'shape'>, scenario: ScenarioView | undefined): string | undefined {
  if (form.shape === noShape) return undefined;
  return form.shape === '' ? scenario?.description?.shapes[0] : form.shape;
}

export type RunField = keyof RunForm;
export type FormProblems = Partial<Record<RunField, string>>;

export const runFields: readonly RunField[] = [
  'scenario',
  'host',
  'users',
  'spawnRate',
  'runTimeSeconds',
  'shape',
  'seed',
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
    shape: last ? (last.shape ?? noShape) : '',
    seed: '',
    userClasses: [],
  };
}

/** A run once more, with the same seed, so that its users make the same choices. */
export function cloneForm(config: ConsoleConfig, scenarios: readonly ScenarioView[], run: RunView): RunForm {
  const form = firstForm(config, scenarios, run);
  const all = scenarios.find((entry) => entry.name === run.scenario)?.description?.userClasses.length;
  return { ...form, seed: run.seed, userClasses: all === run.userClasses.length ? [] : [...run.userClasses] };
}

export function checkForm(form: RunForm, scenario: ScenarioView | undefined, maxUsers: number): FormProblems {
  const problems: FormProblems = {};
  const note = (field: RunField, problem: string | undefined) => {
    if (problem !== undefined) problems[field] = problem;
  };
  if (form.scenario === '') note('scenario', 'Choose a scenario.');
  note('host', hostProblem(form.host));
  if (shapeOf(form, scenario) === undefined) {
    note('users', readUsers(form.users, maxUsers).problem);
    note('spawnRate', readSpawnRate(form.spawnRate).problem);
  }
  note('runTimeSeconds', readRunTime(form.runTimeSeconds).problem);
  return problems;
}

/** Call only with a form that `checkForm` finds nothing wrong with. */
export function bodyOf(form: RunForm, scenario: ScenarioView | undefined): CreateRunBody {
  const shape = shapeOf(form, scenario);
  const load = wishOf(form, Number.MAX_SAFE_INTEGER);
  const runTime = readRunTime(form.runTimeSeconds);
  const body: CreateRunBody = { scenario: form.scenario, host: form.host.trim() };
  if (shape !== undefined) body.shape = shape;
  else if (load) Object.assign(body, { users: load.users, spawnRate: load.spawnRate });
  // Said aloud only where there is a choice: left out, the master follows a scenario's only shape.
  if (form.shape === noShape && scenario?.description?.shapes.length !== 0) body.shape = noShape;
  if (runTime.problem === undefined && runTime.seconds !== null) body.runTimeSeconds = runTime.seconds;
  if (form.seed.trim() !== '') body.seed = form.seed.trim();
  if (form.userClasses.length > 0) body.userClasses = form.userClasses;
  return body;
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
