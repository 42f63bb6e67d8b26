/** Checks bodies and queries against their DTO classes and names every field that is wrong. */
import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldProblem, LoadstarError } from '@loadstar/shared';

/** Of what a caller sent only so much is said back: names are his own text, and there may be thousands. */
const mostFields = 50;
const mostName = 80;
const mostDetail = 2_000;
/** Levels of a body; what walks over it goes a call deeper with each. */
const mostDepth = 32;

/** Unknown fields are refused, because a misspelt one would silently do nothing. */
export function inputPipe(): ValidationPipe {
  return new InputPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => problemsOf(error)).slice(0, mostFields);
      const detail = bounded(fields.map(({ field, problem }) => `${field}: ${problem}`).join('; '), mostDetail);
      return new LoadstarError('INVALID_INPUT', { detail }, fields);
    },
  });
}

/** The library looks at objects only; everything else would reach the handler as it is. */
class InputPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' || !isDto(metadata.metatype)) return super.transform(value, metadata);
    const body = value ?? {};
    if (typeof body !== 'object' || Array.isArray(body)) {
      throw new LoadstarError('INVALID_INPUT', { detail: 'the body must be an object of fields' });
    }
    if (isDeeperThan(body, mostDepth)) {
      throw new LoadstarError('INVALID_INPUT', { detail: `the body is nested deeper than ${mostDepth} levels` });
    }
    return super.transform(body, metadata);
  }
}

/** Without recursion, because the depth is the caller's choice. */
function isDeeperThan(value: object, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

const isDto = (type: ArgumentMetadata['metatype']): boolean =>
  type !== undefined && !([Object, String, Number, Boolean, Array, Buffer] as unknown[]).includes(type);

const bounded = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

function problemsOf(error: ValidationError, path = ''): FieldProblem[] {
  const name = bounded(error.property, mostName);
  const field = path === '' ? name : bounded(`${path}.${name}`, 4 * mostName);
  const own = Object.entries(error.constraints ?? {}).map(([kind, text]) => ({
    field,
    problem:
      kind === 'whitelistValidation' ? 'is not a known field' : bounded(withoutPrefix(text, `${error.property} `), 300),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, field))];
}

const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;
