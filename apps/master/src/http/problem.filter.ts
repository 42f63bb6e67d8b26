/** Every error leaves the master as a problem document (RFC 9457), or as a short page for people in a browser. */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { LoadstarError, type Logger, newId, toProblem } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type CallFacts, knownError } from './known-error.js';
import type { RouteBook } from './route-book.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteBook,
    private readonly logger: Logger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const call = this.#factsOf(request);
    const error = knownError(thrown, call);
    const { status } = error.entry;
    const instance = status >= 500 ? newId() : undefined;
    if (error.code === 'INTERNAL') {
      this.logger.error(
        { err: thrown, id: instance, method: call.method, path: call.path },
        'a call failed unexpectedly',
      );
    }
    if (reply.sent) return;
    if (error.code === 'METHOD_NOT_ALLOWED') void reply.header('allow', call.allowed.join(', '));
    if (error.code === 'TOO_MANY_REQUESTS') void reply.header('retry-after', '60');
    void reply.status(status);
    if (prefersPage(request)) {
      void reply.type('text/html; charset=utf-8').send(page(error));
      return;
    }
    const problem = {
      ...toProblem(error),
      ...(instance === undefined ? {} : { instance: `urn:loadstar:error:${instance}` }),
    };
    // Sent as text, because Fastify serialises objects only for types that it knows as JSON.
    void reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
  }

  #factsOf(request: FastifyRequest): CallFacts {
    const path = request.url.split('?', 1)[0] ?? '/';
    const contentType = request.headers['content-type'];
    return { method: request.method, path, contentType, allowed: this.routes.verbsOf(path) };
  }
}

const prefersPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' &&
  !request.url.startsWith('/api/') &&
  (request.headers.accept?.startsWith('text/html') ?? false);

function page(error: LoadstarError): string {
  const { status } = error.entry;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${status} - Loadstar</title></head><body><h1>${status}</h1><p>${escape(error.message)}</p><p>${escape(error.hint)}</p><p><a href="/">To the console</a></p></body></html>`;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
