// Start forms that somebody wants again, kept on this machine under a name.
import { remember, recall } from '../storage.js';
import { firstExecution } from './executors.js';
import type { RunForm } from './run-form.js';

export interface Profile {
  name: string;
  form: RunForm;
}

const key = 'profiles';
const mostProfiles = 50;
const textFields = ['scenario', 'host', 'users', 'spawnRate', 'runTimeSeconds', 'shape', 'seed'] as const;

export function readProfiles(): Profile[] {
  const saved = recall(key, isProfiles) ?? [];
  // One that an earlier version has saved knows fewer fields.
  return saved.map(({ name, form }) => ({
    name,
    form: { ...laterFields(), ...form, execution: { ...firstExecution(), ...form.execution } },
  }));
}

const laterFields = () => ({
  executor: 'constant-arrival-rate',
  execution: firstExecution(),
  tags: '',
  parameters: {},
  plan: null,
});

/** Saves under a name, in place of an older one of that name. @returns all, by name */
export function saveProfile(profile: Profile): Profile[] {
  const others = readProfiles().filter((other) => other.name !== profile.name);
  const all = [...others, profile].slice(-mostProfiles).toSorted((a, b) => a.name.localeCompare(b.name));
  remember(key, all);
  return all;
}

export function removeProfile(name: string): Profile[] {
  const all = readProfiles().filter((other) => other.name !== name);
  remember(key, all);
  return all;
}

/** What lies in the storage may be from another version, or from somebody else. */
export function isProfiles(value: unknown): value is Profile[] {
  return (
    Array.isArray(value) && value.every((entry) => isRecord(entry) && isText(entry['name']) && isForm(entry['form']))
  );
}

function isForm(value: unknown): value is RunForm {
  if (!isRecord(value)) return false;
  const { execution = {} } = value;
  if (!isRecord(execution) || !Object.values(execution).every(isText)) return false;
  const { parameters = {} } = value;
  if (!isRecord(parameters) || !Object.values(parameters).every(isText)) return false;
  const classes = value['userClasses'];
  return textFields.every((field) => isText(value[field])) && Array.isArray(classes) && classes.every(isText);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
