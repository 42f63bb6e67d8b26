/** Checks bodies and queries against their DTO classes and names every field that is wrong. */
import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldProblem, LoadstarError } from '@loadstar/shared';

/** Unknown fields are refused, because a misspelt one would silently do nothing. */
export function inputPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => problemsOf(error));
      const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
      return new LoadstarError('INVALID_INPUT', { detail }, fields);
    },
  });
}

function problemsOf(error: ValidationError, path = ''): FieldProblem[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([kind, text]) => ({
    field,
    problem: kind === 'whitelistValidation' ? 'is not a known field' : withoutPrefix(text, `${error.property} `),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, field))];
}

const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;
