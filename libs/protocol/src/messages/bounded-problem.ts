import { toWireError, type WireError } from '@loadstar/shared';
import { messageLimits } from './limits.js';

/** An error as it may travel: a compiler's or a scenario's text can be of any length, a message cannot. */
export function boundedProblem(error: unknown): WireError {
  const { code, details, fields } = toWireError(error);
  const { textLength, nameLength } = messageLimits;
  const clipped = Object.entries(details).map(([name, value]) => {
    if (typeof value === 'string') return [name, value.slice(0, textLength)];
    if (Array.isArray(value)) return [name, value.slice(0, 200).map((item) => String(item).slice(0, nameLength))];
    return [name, value];
  });
  return {
    code,
    details: Object.fromEntries(clipped) as WireError['details'],
    fields: fields.slice(0, 100).map(({ field, problem }) => ({
      field: field.slice(0, nameLength) || '?',
      problem: problem.slice(0, textLength),
    })),
  };
}
