import { type ErrorCode, type ErrorEntry, errorTable } from './table.js';

/** Values for the `{name}` places of an error's texts, and any further facts a program may want. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One field of bad input, named as the user named it. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** An error of the table in `table.ts`: match on `code`. */
export class LoadstarError extends Error {
  override readonly name = 'LoadstarError';
  readonly hint: string;

  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
    readonly fields: readonly FieldProblem[] = [],
    options?: ErrorOptions,
  ) {
    super(fill(errorTable[code].message, details), options);
    this.hint = fill(errorTable[code].hint, details);
  }

  get entry(): ErrorEntry {
    return errorTable[this.code];
  }
}

/** RFC 9457 problem document, as every `/api/v1` error is sent. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  hint: string;
  retryable: boolean;
  errors?: readonly FieldProblem[];
}

export function toProblem(error: LoadstarError): Problem {
  const { status, retryable } = error.entry;
  return {
    type: `https://loadstar.invalid/errors/${error.code}`,
    title: error.code,
    status,
    code: error.code,
    detail: error.message,
    hint: error.hint,
    retryable,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
  };
}

/** The same error on the far side of a wire: both processes know the table, so code and details are enough. */
export interface WireError {
  code: ErrorCode;
  details: ErrorDetails;
  fields: readonly FieldProblem[];
}

export function toWireError(error: unknown): WireError {
  if (error instanceof LoadstarError) return { code: error.code, details: error.details, fields: error.fields };
  return { code: 'INTERNAL', details: { detail: error instanceof Error ? error.message : String(error) }, fields: [] };
}

export function fromWireError(wire: WireError): LoadstarError {
  const code = wire.code in errorTable ? wire.code : 'INTERNAL';
  return new LoadstarError(code, wire.details, wire.fields);
}

function fill(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = details[name];
    if (value === undefined) return place;
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
