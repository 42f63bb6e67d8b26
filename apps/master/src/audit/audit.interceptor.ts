/** Puts every call on record that changes something, by the same rule that guards it: what needs more than `viewer`. */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LoadstarError } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { type Access, accessKey } from '../auth/roles.js';
import { AuditTrail } from './audit-trail.js';

export const auditPath = '/api/v1/audit';

@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly gatekeeper: Gatekeeper,
    @Optional() private readonly trail?: AuditTrail,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { trail } = this;
    const places = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(accessKey, places);
    if (!trail || context.getType() !== 'http' || access === 'viewer' || access === 'public') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // To look at the record changes nothing.
    if (request.url.startsWith(auditPath)) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const note = (status: number, about: object): void => {
      const { headers, method, url, raw } = request;
      const address = this.gatekeeper.addressOf(raw);
      const [path = ''] = url.split('?', 1);
      const role = this.gatekeeper.roleOf(headers) ?? 'nobody';
      trail.note({ who: this.who(request), role, address, call: `${method} ${path}`, status, ...about });
    };
    return next.handle().pipe(
      tap({
        next: (answer) => note(reply.statusCode, aboutRun(answer, request)),
        error: (error) => note(error instanceof LoadstarError ? error.entry.status : 500, aboutRun({}, request)),
      }),
    );
  }

  private who({ headers }: FastifyRequest): string {
    try {
      return this.gatekeeper.ownerOf(headers);
    } catch {
      return 'somebody without a proper name';
    }
  }
}

/** What an answer about a run says of it; any other says nothing. */
function aboutRun(answer: unknown, { params }: FastifyRequest): object {
  const found: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const { id: asked } = (params ?? {}) as { id?: unknown };
  const text = (...values: unknown[]): string | undefined =>
    values.find((value): value is string => typeof value === 'string');
  const { users } = found;
  return {
    runId: text(found['run_id'], found['seed'] === undefined ? asked : found['id'], asked),
    host: text(found['host']),
    users: typeof users === 'number' ? users : undefined,
  };
}
