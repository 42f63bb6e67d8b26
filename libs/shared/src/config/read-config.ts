import { z } from 'zod';
import { LoadstarError } from '../errors/index.js';

/**
 * Reads one process's settings from environment-like values through one schema, and reports every mistake at once.
 * Only names that the schema knows are looked at, because an environment is shared with other programs; the values
 * themselves are never repeated in the error, since they may be secrets.
 *
 * @param schema an object schema whose keys are the variables' names; each needs a default or is optional
 * @param source usually `environment()`
 * @throws LoadstarError INVALID_CONFIG naming each variable and what it may be
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  source: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const known = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, source[name] === '' ? undefined : source[name]]),
  );
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ field: issue.path.join('.'), problem: issue.message }));
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new LoadstarError('INVALID_CONFIG', { detail }, fields);
}

/** The process's environment: the only place that reads it. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Schemas for the kinds of value that several processes read. */
export const setting = {
  port: (value: number) => z.coerce.number('a port number 0..65535').int().min(0).max(65535).default(value),
  integer: (value: number, min: number, max: number) =>
    z.coerce.number(`a whole number ${min}..${max}`).int().min(min).max(max).default(value),
  number: (value: number, min: number, max: number) =>
    z.coerce.number(`a number ${min}..${max}`).min(min).max(max).default(value),
  optionalNumber: (min: number, max: number) => z.coerce.number(`a number ${min}..${max}`).min(min).max(max).optional(),
  text: (value: string) => z.string().default(value),
  optionalText: () => z.string().optional(),
  flag: (value: boolean) =>
    z
      .enum(['0', '1', 'true', 'false', 'on', 'off'], 'one of 0, 1, true, false, on, off')
      .transform((text) => text === '1' || text === 'true' || text === 'on')
      .default(value),
  logLevel: () => z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
} as const;
