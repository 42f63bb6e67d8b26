/** Holds every handler to its rule: role, same site for state changes, one log line for each of them. */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LoadstarError, type Logger } from '@loadstar/shared';
import type { FastifyRequest } from 'fastify';
import { type Access, accessKey, covers } from './roles.js';
import type { Gatekeeper } from './gatekeeper.js';

const safeVerbs = new Set(['GET', 'HEAD', 'OPTIONS']);

@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector = new Reflector();

  constructor(
    private readonly gatekeeper: Gatekeeper,
    private readonly logger: Logger,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const rule = this.#reflector.getAllAndOverride<Access | undefined>(accessKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    const needed = rule ?? 'admin';
    const changes = !safeVerbs.has(request.method) || (needed !== 'public' && needed !== 'viewer');
    if (changes) this.gatekeeper.checkSameSite(request.headers);
    if (needed === 'public') return true;
    const role = this.gatekeeper.roleOf(request.headers);
    if (role === undefined) throw new LoadstarError('UNAUTHENTICATED');
    if (!covers(role, needed)) throw new LoadstarError('FORBIDDEN', { role, needed });
    if (changes) {
      const path = request.url.split('?', 1)[0];
      const address = this.gatekeeper.addressOf(request.raw);
      this.logger.info({ role, address, method: request.method, path }, 'state change asked for');
    }
    return true;
  }
}
