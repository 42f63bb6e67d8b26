/**
 * Reads the form of `POST /swarm` as Locust names its fields, from a urlencoded or a JSON body, and says what is wrong
 * in Locust's words where it has some. A closed list: no field reaches an option that is not meant for it.
 */
import { parseRunTime } from '@loadstar/shared';

export interface SwarmForm {
  userCount: number | undefined;
  spawnRate: number | undefined;
  host: string | undefined;
  runTimeSeconds: number | undefined;
  userClasses: string[] | undefined;
  /** Undefined when the form does not say; `Default` means no shape. */
  shapeClass: string | undefined;
  /** File name of the scenario; our own field. */
  scenario: string | undefined;
}

export type SwarmFormResult = { form: SwarmForm } | { problem: string };

export const missingFields = 'Missing user_count or spawn_rate from /swarm request';
export const runTimeForms = 'Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.';

type Fields = Readonly<Record<string, unknown>>;

export function readSwarmForm(body: unknown): SwarmFormResult {
  const fields: Fields = typeof body === 'object' && body !== null ? (body as Fields) : {};
  const userCount = readNumber(fields, 'user_count');
  const spawnRate = readNumber(fields, 'spawn_rate');
  if (userCount === 'wrong' || (typeof userCount === 'number' && (!Number.isSafeInteger(userCount) || userCount < 1))) {
    return { problem: 'user_count must be a whole number of 1 or more' };
  }
  if (spawnRate === 'wrong') return { problem: 'spawn_rate must be a number of users per second above 0' };
  // Locust takes a rate of 0 as one that is missing.
  if (spawnRate !== undefined && !(spawnRate > 0)) {
    return { problem: spawnRate === 0 ? missingFields : 'spawn_rate must be a number of users per second above 0' };
  }
  const runTime = text(fields, 'run_time');
  const runTimeSeconds = runTime === undefined ? undefined : parseRunTime(runTime);
  if (runTime !== undefined && runTimeSeconds === undefined) return { problem: runTimeForms };
  return {
    form: {
      userCount,
      spawnRate,
      runTimeSeconds,
      host: text(fields, 'host')?.replace(/[<>]/g, ''),
      userClasses: list(fields, 'user_classes'),
      shapeClass: text(fields, 'shape_class'),
      scenario: text(fields, 'scenario'),
    },
  };
}

function readNumber(fields: Fields, name: string): number | undefined | 'wrong' {
  const value = text(fields, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : 'wrong';
}

/** A field as trimmed text; undefined when it is missing or empty. The last one counts when it is repeated. */
function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (typeof last === 'number') return String(last);
  const trimmed = typeof last === 'string' ? last.trim() : '';
  return trimmed === '' ? undefined : trimmed;
}

function list(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  const all = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string' && item !== '');
  return all.length === 0 ? undefined : all.map(String);
}
