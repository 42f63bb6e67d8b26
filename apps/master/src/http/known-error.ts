/** Turns whatever was thrown on the way to an answer into an error of the table. */
import { HttpException } from '@nestjs/common';
import { LoadstarError } from '@loadstar/shared';

/** Largest request body, bytes. */
export const bodyLimitBytes = 1024 * 1024;

/** What the caller did, as far as the error's text needs it. */
export interface CallFacts {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  /** Verbs that the path answers to; empty for an unknown path. */
  readonly allowed: readonly string[];
}

export function knownError(error: unknown, call: CallFacts): LoadstarError {
  if (error instanceof LoadstarError) return error;
  const status = statusOf(error);
  if (status === 404 || status === 405) return missing(call);
  if (status === 413) return new LoadstarError('PAYLOAD_TOO_LARGE', { limitBytes: bodyLimitBytes });
  if (status === 415) return new LoadstarError('UNSUPPORTED_MEDIA_TYPE', { type: call.contentType ?? 'unknown' });
  if (status === 429) return new LoadstarError('TOO_MANY_REQUESTS');
  if (status !== undefined && status >= 400 && status < 500) {
    const detail = error instanceof Error ? error.message.replace(/\.$/, '') : 'bad request';
    return new LoadstarError('INVALID_INPUT', { detail });
  }
  return new LoadstarError('INTERNAL', {}, [], { cause: error });
}

function missing({ method, path, allowed }: CallFacts): LoadstarError {
  if (allowed.length > 0 && !allowed.includes(method)) {
    return new LoadstarError('METHOD_NOT_ALLOWED', { method, path, allowed });
  }
  return new LoadstarError('NOT_FOUND', { what: 'page', id: path });
}

/** Nest and Fastify errors both carry a status, each in its own way. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}
