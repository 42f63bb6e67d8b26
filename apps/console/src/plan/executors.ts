// The executors that a load can be planned with, and the fields that each has: the names are the platform's, so that a
// mistake that only the server finds is shown at its field too.
import type { ScenarioExecutor } from '@loadstar/shared';
import { readAmount } from '../format/amounts.js';
import { readRunTime, runTimeText } from '../format/durations.js';

export const executorFields = [
  'vus',
  'startVUs',
  'iterations',
  'rate',
  'startRate',
  'timeUnit',
  'stages',
  'maxDuration',
  'duration',
  'preAllocatedVUs',
  'maxVUs',
  'maxRate',
  'precision',
  'maxSteps',
  'stepDuration',
  'coolDown',
] as const;
export type ExecutorField = (typeof executorFields)[number];

interface FieldLook {
  label: string;
  help: string;
  kind: 'count' | 'rate' | 'time' | 'stages';
  first: string;
}

const looks: Record<ExecutorField, FieldLook> = {
  vus: { label: 'Users', help: 'At once', kind: 'count', first: '10' },
  startVUs: { label: 'Users at the start', help: '0 or more', kind: 'count', first: '0' },
  iterations: { label: 'Iterations', help: 'Executions of a task', kind: 'count', first: '100' },
  rate: { label: 'Arrivals', help: 'Iterations started per time unit', kind: 'rate', first: '20' },
  startRate: { label: 'Arrivals at the start', help: 'Per time unit', kind: 'rate', first: '10' },
  timeUnit: { label: 'Time unit', help: 'What arrivals are counted over', kind: 'time', first: '1s' },
  stages: {
    label: 'Stages',
    help: 'Time and what is reached at its end',
    kind: 'stages',
    first: '30s:20, 1m:20, 10s:0',
  },
  maxDuration: { label: 'At most', help: 'Like 30s or 10m', kind: 'time', first: '10m' },
  duration: { label: 'Duration', help: 'Like 30s or 10m', kind: 'time', first: '1m' },
  preAllocatedVUs: { label: 'Users ready', help: 'There from the start', kind: 'count', first: '20' },
  maxRate: { label: 'Arrivals at most', help: 'No step goes beyond it', kind: 'rate', first: '1000' },
  precision: {
    label: 'Precision',
    help: 'Width of the gap that ends the search, such as 0.05',
    kind: 'rate',
    first: '0.05',
  },
  maxSteps: { label: 'Steps at most', help: '1 to 100', kind: 'count', first: '12' },
  stepDuration: { label: 'Length of a step', help: '3s or more', kind: 'time', first: '30s' },
  coolDown: { label: 'Pause between steps', help: 'Like 5s', kind: 'time', first: '5s' },
  maxVUs: { label: 'Users at most', help: 'Arrivals beyond are dropped and counted', kind: 'count', first: '100' },
};

interface ExecutorLook {
  label: string;
  about: string;
  fields: readonly ExecutorField[];
}

const arrivals = ['preAllocatedVUs', 'maxVUs'] as const;

export const executors = {
  'constant-vus': { label: 'Constant users', about: 'A number of users that stays', fields: ['vus', 'duration'] },
  'ramping-vus': { label: 'Ramping users', about: 'Users follow stages', fields: ['startVUs', 'stages'] },
  'constant-arrival-rate': {
    label: 'Constant arrivals',
    about: 'Iterations start at a rate, whatever the answers take',
    fields: ['rate', 'timeUnit', 'duration', ...arrivals],
  },
  'ramping-arrival-rate': {
    label: 'Ramping arrivals',
    about: 'The rate of arrivals follows stages',
    fields: ['startRate', 'timeUnit', 'stages', ...arrivals],
  },
  'find-capacity': {
    label: 'Search for the capacity',
    about: 'Arrivals in steps, up to the greatest rate at which the thresholds hold',
    fields: ['startRate', 'maxRate', 'timeUnit', 'stepDuration', 'coolDown', 'maxSteps', 'precision', ...arrivals],
  },
  'shared-iterations': {
    label: 'Shared iterations',
    about: 'Users share a number of iterations',
    fields: ['vus', 'iterations', 'maxDuration'],
  },
  'per-vu-iterations': {
    label: 'Iterations each',
    about: 'Every user does a number of iterations',
    fields: ['vus', 'iterations', 'maxDuration'],
  },
  'externally-controlled': {
    label: 'By hand',
    about: 'A number of users that you change while it runs',
    fields: ['vus', 'maxVUs', 'duration'],
  },
} as const satisfies Partial<Record<ScenarioExecutor, ExecutorLook>>;

/** Those that the form offers. */
export type OfferedExecutor = keyof typeof executors;
export const executorNames = Object.keys(executors) as OfferedExecutor[];
export const lookOfField = (field: ExecutorField): FieldLook => looks[field];

/** What every field says at first. */
export const firstExecution = (): Record<ExecutorField, string> =>
  Object.fromEntries(executorFields.map((field) => [field, looks[field].first])) as Record<ExecutorField, string>;

export const isExecutor = (text: string): text is OfferedExecutor => Object.hasOwn(executors, text);

const fieldsOf = (executor: OfferedExecutor): readonly ExecutorField[] => executors[executor].fields;

type Reading = { value: unknown; problem?: undefined } | { problem: string };

/** What is wrong with the fields of an executor, by field. */
export function executionProblems(
  executor: OfferedExecutor,
  typed: Readonly<Record<ExecutorField, string>>,
): Partial<Record<ExecutorField, string>> {
  const problems: Partial<Record<ExecutorField, string>> = {};
  for (const field of fieldsOf(executor)) {
    const { problem } = readField(field, typed[field]);
    if (problem !== undefined) problems[field] = problem;
  }
  return problems;
}

/** The scenario as the API wants it. Call only when `executionProblems` finds nothing. */
export function executionOf(
  executor: OfferedExecutor,
  typed: Readonly<Record<ExecutorField, string>>,
): Record<string, unknown> {
  const entries = fieldsOf(executor).map((field) => {
    const reading = readField(field, typed[field]);
    return [field, reading.problem === undefined ? reading.value : undefined] as const;
  });
  return { executor, ...Object.fromEntries(entries) };
}

/** An executor that a run had, as its fields would be typed; undefined where the form does not offer it, or not so. */
export function typedExecution(
  load: unknown,
): { executor: OfferedExecutor; execution: Record<ExecutorField, string> } | undefined {
  if (typeof load !== 'object' || load === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(load));
  const executor = given.get('executor');
  if (typeof executor !== 'string' || !isExecutor(executor)) return undefined;
  const execution = firstExecution();
  for (const field of fieldsOf(executor)) {
    const text = typedField(field, given.get(field));
    if (text === undefined) return undefined;
    execution[field] = text;
  }
  // What the form has no field for must be as it is when nobody says anything.
  const usual: Record<string, unknown> = {
    whenBusy: 'drop',
    spacing: 'even',
    startTime: 0,
    gracefulStop: 30,
    gracefulRampDown: 30,
  };
  const isUsual = Object.entries(usual).every(([field, value]) => !given.has(field) || given.get(field) === value);
  const hasNone = ['env', 'tags'].every((field) => Object.keys(given.get(field) ?? {}).length === 0);
  return isUsual && hasNone && given.get('exec') === undefined ? { executor, execution } : undefined;
}

function typedField(field: ExecutorField, value: unknown): string | undefined {
  const { kind } = looks[field];
  if (kind === 'stages') {
    if (!Array.isArray(value) || !value.every((stage: { duration: unknown }) => isTyped(stage.duration)))
      return undefined;
    const texts = value.map(
      (stage: { duration: number; target: number }) => `${secondsText(stage.duration)}:${stage.target}`,
    );
    return texts.join(', ');
  }
  if (typeof value !== 'number') return undefined;
  if (kind === 'time') return isTyped(value) ? secondsText(value) : undefined;
  return String(value);
}

/** The form reads whole seconds. */
const secondsText = (seconds: number): string => (seconds === 0 ? '0s' : runTimeText(seconds));
const isTyped = (seconds: unknown): seconds is number => Number.isSafeInteger(seconds);

function readField(field: ExecutorField, text: string): Reading {
  const { kind, label } = looks[field];
  const what = label.toLowerCase();
  if (kind === 'count') return readAmount(text, { what, whole: true, min: field === 'startVUs' ? 0 : 1 });
  if (kind === 'rate') return readAmount(text, { what, whole: false, min: 0, exclusive: field !== 'startRate' });
  return kind === 'time' ? readTime(text) : readStages(text);
}

function readTime(text: string): Reading {
  const reading = readRunTime(text);
  if (reading.problem !== undefined) return { problem: 'Write it like 20s, 3m or 1h20m.' };
  return reading.seconds === null ? { problem: 'Say how long, such as 30s or 10m.' } : { value: reading.seconds };
}

/** `30s:20, 1m:20`: times and what is reached at their ends. */
function readStages(text: string): Reading {
  const parts = text.split(',').map((part) => part.trim());
  const stages: { duration: number; target: number }[] = [];
  for (const part of parts) {
    const [time = '', target = ''] = part.split(':').map((each) => each.trim());
    const duration = time === '0' || time === '0s' ? 0 : readTime(time);
    const seconds =
      typeof duration === 'number' ? duration : duration.problem === undefined ? duration.value : undefined;
    if (typeof seconds !== 'number' || !/^\d+(?:\.\d+)?$/.test(target)) {
      return { problem: `Write stages like 30s:20, 1m:20, 10s:0; "${part}" is none.` };
    }
    stages.push({ duration: seconds, target: Number(target) });
  }
  return { value: stages };
}
