// The API under load, as bare Fastify routes on the adapter's instance: Nest's own route pipeline would cost about as
// much again per request, and the target shares its machine with those who measure it.
import { type Clock, loadstarVersion } from '@loadstar/shared';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Behaviour } from '../behaviour/behaviour.js';
import type { TokenBucket } from '../behaviour/token-bucket.js';
import type { DelayRange } from '../config/delay-range.js';
import type { TargetConfig } from '../config/target-config.js';
import type { TargetState } from '../health/target-state.js';
import { type Query, readNewUser, readPage } from './request-input.js';
import type { UserStore } from './user-store.js';

export interface ApiParts {
  readonly config: TargetConfig;
  readonly store: UserStore;
  readonly behaviour: Behaviour;
  /** Undefined: no limit. */
  readonly bucket: TokenBucket | undefined;
  readonly clock: Clock;
  readonly state: TargetState;
}

interface Answer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

type Work = (request: FastifyRequest) => Answer;

const largestBodyBytes = 64 * 1024;

export const errorBody = (status: number, error: string): string => JSON.stringify({ error, status });
const tooMany: Answer = { status: 429, body: errorBody(429, 'more requests than the limit of this target') };
const refuse = (problem: string): Answer => ({ status: 400, body: errorBody(400, problem) });

const welcome: Answer = {
  status: 200,
  body: JSON.stringify({
    message: 'Welcome to the Loadstar sample target',
    version: loadstarVersion,
    endpoints: ['GET /', 'GET /health', 'GET /metrics', 'GET /users', 'GET /users/:id', 'POST /users'],
  }),
};

/** Adds the API in a scope of its own, so that its errors and body parsing stay its own. */
export async function registerApi(instance: FastifyInstance, parts: ApiParts): Promise<void> {
  const { config, store, clock } = parts;
  await instance.register((scope, _options, done) => {
    scope.setErrorHandler(sendError);
    acceptJsonOnly(scope);
    const route = (usual: DelayRange, work: Work) => (request: FastifyRequest, reply: FastifyReply) =>
      handle(parts, usual, work, request, reply);
    scope.get(
      '/',
      route(config.TARGET_WELCOME_DELAY_MS, () => welcome),
    );
    scope.get(
      '/users',
      route(config.TARGET_LIST_DELAY_MS, (request) => listUsers(store, request.query as Query)),
    );
    scope.get(
      '/users/:id',
      route(config.TARGET_GET_DELAY_MS, (request) => oneUser(store, (request.params as { id: string }).id)),
    );
    scope.post(
      '/users',
      { bodyLimit: largestBodyBytes },
      route(config.TARGET_CREATE_DELAY_MS, (request) => createUser(store, request.body, clock.wallMs())),
    );
    done();
  });
}

function handle(
  { behaviour, bucket, clock, state }: ApiParts,
  usual: DelayRange,
  work: Work,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (bucket?.take() === false) return send(reply, tooMany);
  const fate = behaviour.decide(request.query as Query, usual);
  if ('refused' in fate) return send(reply, refuse(fate.refused));
  const answer = () => {
    // Fastify does this for requests that arrive during a drain; this one was being worked on when it began.
    if (!state.healthy) void reply.header('connection', 'close');
    if (fate.failStatus === undefined) return send(reply, work(request));
    void reply.header('x-injected-fault', '1');
    send(reply, { status: fate.failStatus, body: errorBody(fate.failStatus, 'injected fault') });
  };
  if (fate.delayMs > 0) clock.setTimeout(answer, fate.delayMs);
  else answer();
}

function listUsers(store: UserStore, query: Query): Answer {
  const wanted = readPage(query);
  if ('refused' in wanted) return refuse(wanted.refused);
  const { page, perPage } = wanted;
  const total = store.count;
  const pagination = `{"page":${page},"per_page":${perPage},"total":${total},"pages":${Math.ceil(total / perPage)}}`;
  return { status: 200, body: `{"users":[${store.page(page, perPage).join(',')}],"pagination":${pagination}}` };
}

function oneUser(store: UserStore, id: string): Answer {
  const user = /^\d{1,15}$/.test(id) ? store.find(Number(id)) : undefined;
  return user === undefined
    ? { status: 404, body: errorBody(404, 'user not found') }
    : { status: 200, body: `{"user":${user}}` };
}

function createUser(store: UserStore, body: unknown, wallMs: number): Answer {
  const user = readNewUser(body);
  if ('refused' in user) return refuse(user.refused);
  return { status: 201, body: `{"user":${store.create(user, new Date(wallMs).toISOString())}}` };
}

function send(reply: FastifyReply, { status, body }: Answer): void {
  void reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body);
}

// Whatever is not sent as JSON counts as "no JSON" and is told so by the route.
function acceptJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // An empty body is no JSON either, but the route says it better than the parser.
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null, undefined));
    payload.on('error', done);
  });
}

function sendError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  const text = status === 400 ? 'the body must be a JSON object' : status < 500 ? error.message : 'internal error';
  send(reply, { status, body: errorBody(status, text) });
}
