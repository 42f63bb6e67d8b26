import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Logger } from '@loadstar/shared';
import type { FastifyReply } from 'fastify';

/** Gives errors of Nest's routes, unknown paths among them, the form that the API's own errors have. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body } = this.answerTo(exception);
    void reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
  }

  private answerTo(exception: unknown): { status: number; body: object } {
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const given = exception.getResponse();
      const own = typeof given === 'object' && !('statusCode' in given);
      return { status, body: own ? given : { error: exception.message, status } };
    }
    const status = statusOf(exception);
    if (status >= 500) this.logger.error({ err: exception }, 'a request failed unexpectedly');
    return { status, body: { error: status >= 500 ? 'internal error' : String((exception as Error).message), status } };
  }
}

// Fastify's own errors (a body too large, a damaged header) carry their status.
function statusOf(exception: unknown): number {
  const status = exception instanceof Error && 'statusCode' in exception ? exception.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
