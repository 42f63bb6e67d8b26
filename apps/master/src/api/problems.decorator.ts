/** Documents the errors of a handler from the error table, one response a status. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type ErrorCode, errorTable, LoadstarError, toProblem } from '@loadstar/shared';
import { ProblemDto } from './dto/problem.dto.js';

/** Errors that any call may meet. */
const always: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'];

/** @param codes errors of the handler beyond those that any call may meet */
export function Problems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, ...always]) {
    const { status } = errorTable[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, same]) =>
    ApiResponse({
      status,
      description: same.map((code) => `${code}: ${errorTable[code].message}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(same.map((code) => [code, { value: toProblem(new LoadstarError(code)) }])),
        },
      },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}
