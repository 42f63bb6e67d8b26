// Serves the built console with a made-up platform behind it, under the content security policy of the real master:
//   npx vite build apps/console
//   npx esbuild apps/console/dev/fake-server.ts --bundle --platform=node --format=esm --packages=external \
//     --outfile=dist/dev/fake-server.mjs && node dist/dev/fake-server.mjs [--port 8189] [--scene ready|running|finished]
//     [--warm 200] [--names 2000] [--workers 3] [--token SECRET]
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CreateRunBody, LiveFrame, LiveState } from '@loadstar/shared';
import { Server } from 'socket.io';
import { manyEndpoints, newRun, scenarios } from './fake-data.js';
import { endpoints, FakeRun, fakeWorkers } from './fake-run.js';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8189' },
    scene: { type: 'string', default: 'ready' },
    warm: { type: 'string', default: '200' },
    names: { type: 'string', default: '0' },
    workers: { type: 'string', default: '3' },
    token: { type: 'string', default: '' },
  },
});
const root = resolve('dist/apps/console');
const mix = Number(options.names) > 0 ? manyEndpoints(Number(options.names)) : endpoints;
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

let run: FakeRun | undefined;
let runCount = 0;

function start(body: CreateRunBody): FakeRun {
  runCount += 1;
  const given = {
    ...(body.scenario ? { scenario: body.scenario } : {}),
    ...(body.host ? { host: body.host } : {}),
    ...(body.seed ? { seed: body.seed } : {}),
    ...(body.userClasses ? { userClasses: body.userClasses } : {}),
    users: body.shape ? null : (body.users ?? 20),
    spawnRate: body.shape ? null : (body.spawnRate ?? 2),
    shape: body.shape ?? null,
    runTimeSeconds: body.runTimeSeconds ?? null,
  };
  run = new FakeRun(newRun(`run-${runCount}`, given), mix);
  return run;
}

if (options.scene !== 'ready') {
  const warm = Number(options.warm);
  const past = start({ users: 100, spawnRate: 4, runTimeSeconds: 600 });
  past.view.startedAt = new Date(Date.now() - warm * 1000).toISOString();
  for (let second = 0; second < warm; second += 1) past.step();
  if (options.scene === 'finished') {
    past.view.state = 'finished';
    past.view.endedAt = new Date().toISOString();
    past.view.verdict = 'passed';
    past.users = 0;
  }
}

function emptyStats(): LiveState['stats'] {
  const idle = new FakeRun(newRun('none', {}), []);
  return { ...idle.stats(), runId: null, state: 'ready', users: 0, targetUsers: 0, usersByClass: {}, rows: [] };
}

const moment = (): Omit<LiveFrame, 'points'> => ({
  run: run?.view ?? null,
  stats: run?.stats() ?? emptyStats(),
  workers: fakeWorkers(Number(options.workers), run),
});

async function bodyOf(request: IncomingMessage): Promise<CreateRunBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as CreateRunBody) : {};
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: string, detail: string, errors: object[] = []): void {
  send(response, status, { title: code, status, code, detail, hint: 'This is the fake server.', errors });
}

async function steer(now: FakeRun, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { view } = now;
  if (request.method === 'PATCH') {
    Object.assign(view, await bodyOf(request), { state: 'spawning' });
    return send(response, 200, view);
  }
  if (path.endsWith('/stop')) {
    view.state = 'stopping';
    return send(response, 202, view);
  }
  run = new FakeRun(view, mix);
  run.users = now.users;
  io.of('/live').emit('state', { ...moment(), series: [], scenarios });
  response.writeHead(204).end();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://fake').pathname;
  const route = `${request.method} ${path}`;
  if (options.token && path.startsWith('/api/') && request.headers.authorization !== `Bearer ${options.token}`) {
    return problem(response, 401, 'UNAUTHENTICATED', 'This call needs a token.');
  }
  if (route === 'GET /api/v1/config') {
    return send(response, 200, {
      version: '0.1.0',
      defaultScenario: 'simple-load.ts',
      defaults: { host: 'http://localhost:5001', users: 20, spawnRate: 2, runTimeSeconds: null },
      limits: { maxUsers: 10_000 },
      auth: options.token !== '',
    });
  }
  if (route === 'GET /api/v1/scenarios') return send(response, 200, scenarios);
  if (route === 'GET /api/v1/runs') return send(response, 200, run ? [run.view] : []);
  if (route === 'POST /api/v1/runs') {
    const body = await bodyOf(request);
    if (body.host?.includes('169.254')) {
      const words = 'is not allowed: link-local addresses are never loaded';
      return problem(response, 400, 'TARGET_BLOCKED', `The target ${words}.`, [{ field: 'host', problem: words }]);
    }
    const started = start(body);
    io.of('/live').emit('frame', { ...moment(), points: [] });
    return send(response, 201, started.view);
  }
  if (run && request.method !== 'GET') return steer(run, path, request, response);
  if (route === 'GET /logs') {
    return send(response, 200, {
      master: ['[2026-11-22 11:44:43,976] master/INFO: listening on http://127.0.0.1:8089'],
      workers: { 'worker-1': ['[2026-11-22 11:44:44,101] worker-1/INFO: joined'], 'worker-2': [] },
    });
  }
  if (path.endsWith('/csv') || path === '/stats/report') {
    const name = path === '/stats/report' ? 'report.html' : `${path.split('/').at(-2)}.csv`;
    return void response.writeHead(200, { 'content-disposition': `attachment;filename=${name}` }).end('a,b\n');
  }
  const file = join(root, path === '/' ? 'index.html' : path);
  if (!file.startsWith(root) || !existsSync(file)) return problem(response, 404, 'NOT_FOUND', 'There is no such page.');
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
  });
  createReadStream(file).pipe(response);
}

const server = createServer((request, response) => void answer(request, response));
const io = new Server(server, { transports: ['websocket'] });
io.of('/live').use((socket, next) => {
  const given: unknown = socket.handshake.auth['token'];
  if (!options.token || given === options.token) return next();
  next(Object.assign(new Error('This call needs a token.'), { data: { code: 'UNAUTHENTICATED' } }));
});
io.of('/live').on('connection', (socket) => {
  socket.emit('state', { ...moment(), series: run?.points ?? [], scenarios });
});
setInterval(() => {
  const ended = run && ['finished', 'failed', 'aborted'].includes(run.view.state);
  const point = run && !ended ? run.step() : undefined;
  if (run && run.view.state === 'stopping' && run.users === 0) {
    Object.assign(run.view, {
      state: 'finished',
      endedAt: new Date().toISOString(),
      reason: 'Stopped from the console.',
    });
    run.view.verdict = 'passed';
  }
  io.of('/live').emit('frame', { ...moment(), points: point ? [point] : [] });
}, 1000);
server.listen(Number(options.port), '127.0.0.1', () =>
  process.stdout.write(`fake platform on http://127.0.0.1:${options.port}\n`),
);
