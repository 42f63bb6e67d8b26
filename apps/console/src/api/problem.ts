// Errors of the API as the page shows them: what happened, what to do, and which field is meant.

export interface FieldProblem {
  field: string;
  problem: string;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    /** Code of the error table, or a made-up one for answers that have none. */
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(message);
  }
}

/** Reads a problem document (RFC 9457), or makes the best of an answer that is none. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  const document = isRecord(body) ? body : {};
  const text = (key: string) => (typeof document[key] === 'string' ? document[key] : '');
  const message = text('detail') || text('title') || text('message') || `The server answered with status ${status}.`;
  return new ApiProblem(status, text('code') || `HTTP_${status}`, message, text('hint'), fieldsOf(document['errors']));
}

export const noAnswer = new ApiProblem(
  0,
  'NO_ANSWER',
  'The server does not answer.',
  'Check that the master is running; this page connects again by itself.',
);

/** Any thrown value as a problem, so that nothing fails without words. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(0, 'PAGE_ERROR', error instanceof Error ? error.message : String(error));
}

/**
 * Sorts field problems into those of known form fields and the rest. `load.users` is the field `users`.
 */
export function byField<Field extends string>(
  problem: ApiProblem,
  known: readonly Field[],
): { fields: Partial<Record<Field, string>>; rest: readonly FieldProblem[] } {
  const fields: Partial<Record<Field, string>> = {};
  const rest: FieldProblem[] = [];
  for (const entry of problem.fields) {
    const parts = entry.field.replace(/\[\d+\]/g, '').split('.');
    const field = known.find((name) => parts.includes(name));
    if (field === undefined) rest.push(entry);
    else fields[field] = fields[field] ? `${fields[field]} ${sentence(entry.problem)}` : sentence(entry.problem);
  }
  return { fields, rest };
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

function fieldsOf(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry['field'] === 'string' && typeof entry['problem'] === 'string'
      ? [{ field: entry['field'], problem: entry['problem'] }]
      : [],
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
