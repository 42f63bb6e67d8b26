/**
 * How one field of a scenario is read and what is said when it is wrong. Fields are data, so that every executor lists
 * its own in one place and all mistakes of a file come together.
 */
import { readSeconds } from '../seconds.js';
import type { LoadStage } from '../scenario-load.js';

/** A value that was taken, or the path (below the field) and the problem of each mistake in it. */
export type Reading = { readonly value: unknown } | { readonly problems: readonly (readonly [string, string])[] };

export interface Field {
  readonly read: (value: unknown) => Reading;
  /** Taken when the field is absent; a required field has none. */
  readonly otherwise?: { readonly value: unknown };
}

/** Most users or iterations of a scenario, fastest rate per time unit, longest time (a year) in seconds. */
export const mostUsers = 10_000_000;
const mostIterations = 1e12;
const fastestRate = 10_000_000;
const longestSeconds = 366 * 86_400;
const mostStages = 1_000;
const mostEntries = 100;
const longestText = 1_000;

const refused = (problem: string): Reading => ({ problems: [['', problem]] });

/** Turns a required field into an optional one. */
export const optional = (field: Field, value: unknown): Field => ({ ...field, otherwise: { value } });

export function whole(from: number, to: number, what: string): Field {
  const read = (value: unknown): Reading =>
    Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to
      ? { value }
      : refused(`a whole number ${what}, ${from}..${to}`);
  return { read };
}

export const users = (from: number): Field => whole(from, mostUsers, 'of users');
export const iterations = whole(1, mostIterations, 'of iterations');

function isRate(value: unknown, above: boolean): value is number {
  return typeof value === 'number' && value <= fastestRate && (above ? value > 0 : value >= 0);
}

export const rate: Field = {
  read: (value) => (isRate(value, true) ? { value } : refused(`a number above 0, at most ${fastestRate}`)),
};

export function between(from: number, to: number): Field {
  const read = (value: unknown): Reading =>
    typeof value === 'number' && value >= from && value <= to ? { value } : refused(`a number ${from}..${to}`);
  return { read };
}

export const rateOrNone: Field = {
  read: (value) => (isRate(value, false) ? { value } : refused(`a number 0..${fastestRate}`)),
};

const durationWords = 'a duration such as "30s", "1m30s" or "500ms", or a number of seconds';

/** Seconds; `from` is the least. */
export function seconds(above: boolean): Field {
  const words = `${durationWords}, ${above ? 'above 0' : 'from 0'}, at most a year`;
  const read = (value: unknown): Reading => {
    const read = readSeconds(value);
    const good = read !== undefined && read <= longestSeconds && (read > 0 || !above);
    return good ? { value: read } : refused(words);
  };
  return { read };
}

export function choice(...allowed: readonly string[]): Field {
  const read = (value: unknown): Reading =>
    allowed.some((each) => each === value) ? { value } : refused(`one of ${allowed.join(', ')}`);
  return { read };
}

/** A name, or nothing. */
export const exec: Field = {
  read: (value) =>
    typeof value === 'string' && value !== '' && value.length <= longestText
      ? { value }
      : refused('the name of a user class or of a task'),
  otherwise: { value: undefined },
};

/** Names to texts; numbers and booleans are taken as their text. */
export const texts: Field = {
  read: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused('names to texts');
    const entries = Object.entries(value);
    if (entries.length > mostEntries) return refused(`at most ${mostEntries} entries`);
    const problems: [string, string][] = [];
    const read = entries.map(([name, entry]: [string, unknown]): [string, string] => {
      const text = ['string', 'number', 'boolean'].includes(typeof entry) ? String(entry) : undefined;
      if (text === undefined || text.length > longestText || name.length > longestText || name === '__proto__') {
        problems.push([`.${name.slice(0, 100)}`, `a text of at most ${longestText} characters`]);
      }
      return [name, text ?? ''];
    });
    return problems.length > 0 ? { problems } : { value: Object.fromEntries(read) };
  },
  otherwise: { value: {} },
};

/** @param target how a stage's target is read */
export function stages(target: Field): Field {
  const duration = seconds(false);
  const read = (value: unknown): Reading => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    if (list.length === 0 || list.length > mostStages) return refused(`a list of 1..${mostStages} stages`);
    const problems: [string, string][] = [];
    const stage = (each: unknown, index: number): LoadStage => {
      const at = `[${index}]`;
      if (typeof each !== 'object' || each === null) {
        problems.push([at, 'a stage such as { duration: "30s", target: 10 }']);
        return { duration: 0, target: 0 };
      }
      const take = (name: 'duration' | 'target', field: Field): number => {
        const reading = field.read(Reflect.get(each, name));
        if ('value' in reading) return reading.value as number;
        problems.push(...reading.problems.map(([path, text]) => [`${at}.${name}${path}`, text] as [string, string]));
        return 0;
      };
      for (const name of Object.keys(each)) {
        if (name !== 'duration' && name !== 'target') {
          problems.push([`${at}.${name}`, 'no such field: a stage has duration and target']);
        }
      }
      return { duration: take('duration', duration), target: take('target', target) };
    };
    const read = list.map(stage);
    if (problems.length === 0 && read.every((each) => each.duration === 0)) {
      problems.push(['', 'at least one stage with a duration above 0']);
    }
    return problems.length > 0 ? { problems } : { value: read };
  };
  return { read };
}
