// One way to read what came off a wire: through a closed schema, with an error that names the field and the kind of
// mistake but never repeats what was sent, because that text ends in logs and in front of other people.
import { LoadstarError } from '@loadstar/shared';
import type { z } from 'zod';

/** A message as both ends know it: its name on the wire and how to read its payload. */
export interface MessageKind<T> {
  readonly name: string;
  /** What its payload may be; for documents, readers use `parse`. */
  readonly schema: z.ZodType<T>;
  /**
   * @param payload anything at all
   * @throws LoadstarError MALFORMED_MESSAGE; never another error, whatever the payload is
   */
  parse(payload: unknown): T;
}

/** Defines a message by its name and schema. */
export function messageKind<T>(name: string, schema: z.ZodType<T>): MessageKind<T> {
  return { name, schema, parse: (payload) => parseMessage(name, schema, payload) };
}

function parseMessage<T>(name: string, schema: z.ZodType<T>, payload: unknown): T {
  let result: z.ZodSafeParseResult<T>;
  try {
    result = schema.safeParse(payload);
  } catch {
    // Nesting deeper than the stack, or an object whose getters throw.
    throw malformed(name, 'it cannot be read');
  }
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(name, issue ? describeIssue(issue) : 'it cannot be read');
}

export function malformed(message: string, detail: string): LoadstarError {
  return new LoadstarError('MALFORMED_MESSAGE', { message, detail });
}

// Only the first step of the path is told: it is a field of ours, while deeper steps may be keys that the sender chose.
// For the same reason the parser's own texts are not used.
function describeIssue(issue: { readonly code: string; readonly path: readonly PropertyKey[] }): string {
  const kinds: Record<string, string> = {
    invalid_type: 'is missing or of the wrong type',
    unrecognized_keys: 'has keys that are not known',
    too_big: 'is too large',
    too_small: 'is too small',
    invalid_format: 'has the wrong form',
    invalid_value: 'is not one of the allowed values',
    invalid_union: 'has none of the known forms',
  };
  const what = kinds[issue.code] ?? 'is not valid';
  const [field] = issue.path;
  return typeof field === 'string' ? `${field} ${what}` : `the payload ${what}`;
}
