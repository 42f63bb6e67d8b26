// Serves the built console with a made-up platform behind it, under the content security policy of the real master:
//   npx vite build apps/console
//   npx esbuild apps/console/dev/fake-server.ts --bundle --platform=node --format=esm --packages=external \
//     --outfile=dist/dev/fake-server.mjs && node dist/dev/fake-server.mjs [--port 8189] [--scene ready|running|finished]
//     [--warm 200] [--names 2000] [--workers 3] [--token SECRET] [--role viewer] [--tick-ms 1000]
// With IPC it sends its address when it listens.
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { CreateRunBody, CreateScheduleBody } from '@loadstar/shared';
import { Server } from 'socket.io';
import { scenarios } from './fake-data.js';
import { FakePlatform, plannedFor, thresholdsOf } from './fake-platform.js';
import type { FakeRun } from './fake-run.js';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8189' },
    scene: { type: 'string', default: 'ready' },
    warm: { type: 'string', default: '200' },
    names: { type: 'string', default: '0' },
    workers: { type: 'string', default: '3' },
    token: { type: 'string', default: '' },
    role: { type: 'string', default: 'admin' },
    'tick-ms': { type: 'string', default: '1000' },
  },
});
const { warm, names, workers, scene, token, role } = options;
const platform = new FakePlatform({
  scene,
  token,
  role,
  warm: Number(warm),
  names: Number(names),
  workers: Number(workers),
});
const root = resolve('dist/apps/console');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    .end(gzipSync(JSON.stringify(body), { level: 1 }));
}

function problem(response: ServerResponse, status: number, code: string, detail: string, errors: object[] = []): void {
  send(response, status, { title: code, status, code, detail, hint: 'This is the fake server.', errors });
}

async function steer(run: FakeRun, what: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { view } = run;
  if (request.method === 'DELETE') {
    platform.remove(view.id);
    return void response.writeHead(204).end();
  }
  if (request.method === 'PATCH') {
    const change = await bodyOf(request);
    Object.assign(view, change, 'users' in change ? { state: 'spawning' } : {});
    run.happened('edited', 'Load changed.');
    return send(response, 200, view);
  }
  if (what === 'stop') {
    view.state = 'stopping';
    return send(response, 202, view);
  }
  if (what === 'pause' || what === 'resume') {
    Object.assign(view, { paused: what === 'pause' });
    return send(response, 202, view);
  }
  platform.reset(run);
  io.of('/live').emit('state', { ...platform.state(), series: [] });
  response.writeHead(204).end();
}

function tell(run: FakeRun, what: string, response: ServerResponse): void {
  if (what === '') return send(response, 200, { ...run.view, thresholds: thresholdsOf(run) });
  if (what === 'stats') return send(response, 200, run.stats());
  if (what === 'series') return send(response, 200, run.points);
  if (what === 'summary') return send(response, 200, platform.summary(run));
  if (what === 'events') return send(response, 200, run.events);
  response.writeHead(200, { 'content-disposition': 'attachment;filename=report.html' }).end('<p>Report');
}

async function answerApi(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${path}`;
  if (token && request.headers.authorization !== `Bearer ${token}`) {
    return problem(response, 401, 'UNAUTHENTICATED', 'This call needs a token.');
  }
  if (role === 'viewer' && request.method !== 'GET') {
    return problem(response, 403, 'FORBIDDEN', 'This needs the role runner; you are viewer.');
  }
  if (route === 'GET /api/v1/config') return send(response, 200, platform.config);
  if (route === 'GET /api/v1/scenarios') return send(response, 200, scenarios);
  if (route === 'GET /api/v1/runs') return send(response, 200, platform.listed());
  if (route === 'GET /api/v1/queue') return send(response, 200, platform.queue);
  if (route === 'GET /api/v1/schedules') return send(response, 200, platform.schedules);
  if (route === 'POST /api/v1/schedules') {
    return send(response, 201, platform.schedule((await bodyOf(request)) as unknown as CreateScheduleBody));
  }
  if (route === 'POST /api/v1/runs/plan') {
    const maxUsers = platform.config.limits.maxUsers;
    return send(response, 200, plannedFor((await bodyOf(request)) as CreateRunBody, maxUsers));
  }
  if (route === 'POST /api/v1/runs') {
    const body = (await bodyOf(request)) as CreateRunBody;
    if (body.host?.includes('169.254')) {
      const words = 'is not allowed: link-local addresses are never loaded';
      return problem(response, 400, 'TARGET_BLOCKED', `The target ${words}.`, [{ field: 'host', problem: words }]);
    }
    if (body.queue) return send(response, 201, platform.enqueue(body));
    const started = platform.start(body);
    io.of('/live').emit('state', platform.state());
    return send(response, 201, started.view);
  }
  const [id = '', ...what] = path.replace('/api/v1/runs/', '').split('/');
  const run = platform.find(decodeURIComponent(id));
  if (!run) return problem(response, 404, 'NOT_FOUND', `There is no run ${id}.`);
  if (request.method === 'GET') return tell(run, what.join('/'), response);
  return steer(run, what.join('/'), request, response);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://fake').pathname;
  if (path.startsWith('/api/')) return answerApi(path, request, response);
  if (path === '/logs') {
    return send(response, 200, {
      master: ['[2026-11-22 11:44:43,976] master/INFO: listening on http://127.0.0.1:8089'],
      workers: { 'worker-1': ['[2026-11-22 11:44:44,101] worker-1/INFO: joined'], 'worker-2': [] },
    });
  }
  if (path.endsWith('/csv')) {
    const name = `${path.split('/').at(-2)}.csv`;
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
const io = new Server(server, { transports: ['websocket'], maxHttpBufferSize: 1e8 });
io.of('/live').use((socket, next) => {
  const given: unknown = socket.handshake.auth['token'];
  if (!token || given === token) return next();
  next(Object.assign(new Error('This call needs a token.'), { data: { code: 'UNAUTHENTICATED' } }));
});
io.of('/live').on('connection', (socket) => void socket.emit('state', platform.state()));
setInterval(() => io.of('/live').emit('frame', platform.tick()), Number(options['tick-ms']));
server.listen(Number(options.port), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`fake platform on ${url}\n`);
  process.send?.({ url });
});
process.on('disconnect', () => process.exit(0));
