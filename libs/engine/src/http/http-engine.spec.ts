/** The client against real servers on the loopback: a node:http one where it can say it, a scripted one where not. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync, brotliCompressSync, deflateSync, deflateRawSync } from 'node:zlib';
import { systemClock } from '@loadstar/shared';
import { HttpEngine, type HttpEngineOptions } from './http-engine.js';
import type { HttpUserClient } from './http-user-client.js';
import { ok, type Script, ScriptedServer } from './testing/scripted-server.js';
import { TestRecorder } from './testing/test-recorder.js';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function engineFor(options: Partial<HttpEngineOptions> = {}): HttpEngine {
  const engine = new HttpEngine({ clock: systemClock, limits: { allowedTargets: [] }, ...options });
  cleanups.push(() => engine.close());
  return engine;
}

interface Setup {
  readonly engine: HttpEngine;
  readonly recorder: TestRecorder;
  readonly http: HttpUserClient;
}

function setup(url: string, options: Partial<HttpEngineOptions> = {}, keepAlive = true): Setup {
  const engine = engineFor(options);
  const recorder = new TestRecorder();
  return { engine, recorder, http: engine.client(url, recorder, { keepAlive }) };
}

async function scripted(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.listen(script);
  cleanups.push(() => server.close());
  return server;
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Answers with what it was asked. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(pieces).toString('utf8') }));
  });
}

describe('HttpEngine', () => {
  describe('requests', () => {
    it('sends each method and keeps one connection', async () => {
      const { http, recorder, engine } = setup(await serve(echo));
      for (const method of ['get', 'options', 'delete', 'post', 'put', 'patch'] as const) {
        const response = await http[method]('/a?b=1');
        expect(response.json()).toMatchObject({ method: method.toUpperCase(), url: '/a?b=1' });
      }
      const head = await http.head('/a');
      expect([head.ok, head.text(), head.headers.get('content-type')]).toEqual([true, '', 'application/json']);
      expect((await http.request('PURGE', '/a')).json()).toMatchObject({ method: 'PURGE' });
      await nextTurn();
      expect(recorder.counts).toEqual({ ok: 8 });
      expect(recorder.opened).toBe(1);
      expect(engine.openConnections).toBe(1);
      expect(recorder.names).toContain('GET /a 1');
    });

    it('sends bodies of each kind with their type and length', async () => {
      const { http } = setup(await serve(echo));
      const of = async (options: Parameters<typeof http.post>[1]): Promise<Record<string, never>> =>
        (await http.post('/', options)).json();
      expect(await of({ json: { a: 'é✓' } })).toMatchObject({
        body: '{"a":"é✓"}',
        headers: { 'content-type': 'application/json', 'content-length': '13' },
      });
      expect(await of({ form: { a: 'x y', b: [1, 2], c: undefined } })).toMatchObject({
        body: 'a=x+y&b=1&b=2',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(await of({ body: 'plain ✓', headers: { 'Content-Type': 'text/x' } })).toMatchObject({
        body: 'plain ✓',
        headers: { 'content-type': 'text/x' },
      });
      expect(await of({ body: Buffer.from('small') })).toMatchObject({ body: 'small' });
      expect(await of({ body: Buffer.alloc(100_000, 'x') })).toMatchObject({ body: 'x'.repeat(100_000) });
      expect(await of(undefined)).toMatchObject({ body: '', headers: { 'content-length': '0' } });
      await expect(http.post('/', { json: 1, body: 'x' })).rejects.toThrow(TypeError);
    });

    it('sends parameters, headers and credentials', async () => {
      const { http } = setup(await serve(echo));
      const response = await http.get('/s?x=1', {
        params: { q: 'a b', n: [1, 2], none: undefined },
        headers: { 'X-A': 'ü', 'user-agent': 'me', 'content-length': 99 },
      });
      expect(response.json()).toMatchObject({
        url: '/s?x=1&q=a+b&n=1&n=2',
        headers: { 'x-a': 'Ã¼', 'user-agent': 'me' },
      });
      expect(response.json().headers).not.toHaveProperty('content-length');
      const basic = await http.get('/', { auth: { user: 'u', password: 'p:ü' } });
      expect(basic.json().headers.authorization).toBe(`Basic ${Buffer.from('u:p:ü').toString('base64')}`);
      expect((await http.get('/', { auth: { bearer: 't' } })).json().headers.authorization).toBe('Bearer t');
    });

    it('takes a base URL with path and credentials, and absolute URLs', async () => {
      const url = await serve(echo);
      const other = await serve(echo);
      const { http, recorder } = setup(`${url.replace('//', '//me:pw@')}/api/`);
      expect((await http.get('/x')).json()).toMatchObject({
        url: '/api/x',
        headers: { authorization: 'Basic bWU6cHc=' },
      });
      expect((await http.get('ü y')).json()).toMatchObject({ url: '/api/%C3%BC%20y' });
      const away = await http.get(`${other}/z?q=1`);
      expect(away.json()).toMatchObject({ url: '/z?q=1', headers: { host: other.slice(7) } });
      expect(away.json().headers).not.toHaveProperty('authorization');
      expect(away.url).toBe(`${other}/z?q=1`);
      await nextTurn();
      expect(recorder.names).toContain(`GET ${other}/z 1`);
    });

    it.each([
      ['a line break in a header', (http: HttpUserClient) => http.get('/', { headers: { a: 'x\r\nb: y' } })],
      ['a line break in a header name', (http: HttpUserClient) => http.get('/', { headers: { 'a\r\nb': 'y' } })],
      ['an invalid method', (http: HttpUserClient) => http.request('GET /x HTTP/1.1\r\nA:', '/')],
      ['a URL that is none', (http: HttpUserClient) => http.get('http://')],
    ])('rejects %s and counts nothing', async (_what, call) => {
      const { http, recorder } = setup('http://127.0.0.1:9');
      await expect(call(http)).rejects.toThrow(TypeError);
      await nextTurn();
      expect(recorder.started).toBe(0);
    });

    it('never lets a path write into the head', async () => {
      const { http } = setup(await serve(echo));
      const response = await http.get('/a\r\nX-Evil: 1\r\n\r\nGET /b', { name: '/x' });
      expect(response.json().headers).not.toHaveProperty('x-evil');
    });

    it('runs parallel requests of a user over several connections', async () => {
      const waiting: (() => void)[] = [];
      const { http, recorder, engine } = setup(
        await serve((_request, response) => {
          waiting.push(() => response.end('done'));
          if (waiting.length === 3) for (const answer of waiting) answer();
        }),
      );
      const responses = await Promise.all([http.get('/1'), http.get('/2'), http.get('/3')]);
      expect(responses.map((response) => response.text())).toEqual(['done', 'done', 'done']);
      await nextTurn();
      expect([recorder.counts, engine.openConnections]).toEqual([{ ok: 3 }, 3]);
    });

    it('opens a connection for every request when asked to', async () => {
      const { http, recorder, engine } = setup(await serve(echo), {}, false);
      for (let i = 0; i < 5; i++) expect((await http.get('/')).json().headers.connection).toBe('close');
      expect([recorder.opened, engine.openConnections]).toEqual([5, 0]);
    });

    it('marks requests when the plan asks for it', async () => {
      const { http } = setup(await serve(echo), { identify: { run: 'r1', worker: 'w 1' } });
      const marks = async (options?: object): Promise<unknown> => {
        const { headers } = (await http.post('/', options)).json();
        return [headers['x-loadstar-run'], headers['x-loadstar-worker'], headers['x-loadstar-sequence']];
      };
      expect(await marks()).toEqual(['r1', 'w_1', '1']);
      expect(await marks({ json: {} })).toEqual(['r1', 'w_1', '2']);
      expect(await marks({ headers: { a: 'b' } })).toEqual(['r1', 'w_1', '3']);
    });
  });

  describe('responses', () => {
    it.each([
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['deflate', deflateRawSync],
    ])('decodes %s when the body is looked at', async (coding, compress) => {
      const packed = compress(Buffer.from('{"text":"ü"}'));
      const { http } = setup(
        await serve((_request, response) => {
          response.setHeader('content-encoding', coding);
          response.end(packed);
        }),
      );
      const response = await http.get('/');
      expect([response.size, response.text(), response.json()]).toEqual([packed.length, '{"text":"ü"}', { text: 'ü' }]);
      expect(Buffer.from(response.bytes()).toString()).toBe('{"text":"ü"}');
    });

    it('throws only when a damaged coding is looked at', async () => {
      const { http } = setup(
        await serve((_request, response) => {
          response.setHeader('content-encoding', 'gzip');
          response.end('not gzip');
        }),
      );
      const response = await http.get('/');
      expect(response.ok).toBe(true);
      expect(() => response.text()).toThrow();
    });

    it('gives headers by name, repeated ones, and text in its charset', async () => {
      const server = await scripted((_request, { socket }) =>
        socket.write(
          'HTTP/1.1 203 Non Auth\r\nSet-Cookie: a=1\r\nX-Multi: a \r\nx-multi: b\r\nset-cookie: b=2\r\nX-Fold: one\r\n two\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Length: 1\r\n\r\n\xfc',
          'latin1',
        ),
      );
      const { http } = setup(server.url);
      const { headers, status, statusText, ...rest } = await http.get('/').then((response) => ({
        headers: response.headers,
        status: response.status,
        statusText: response.statusText,
        text: response.text(),
      }));
      expect([status, statusText, rest.text]).toEqual([203, 'Non Auth', 'ü']);
      expect([headers.get('X-MULTI'), headers.get('none'), headers.has('x-fold')]).toEqual(['a, b', undefined, true]);
      expect([headers.getAll('set-cookie'), headers.get('x-fold')]).toEqual([['a=1', 'b=2'], 'one two']);
      expect([...headers.entries()].map(([name]) => name)).toEqual([
        'set-cookie',
        'x-multi',
        'x-multi',
        'set-cookie',
        'x-fold',
        'content-type',
        'content-length',
      ]);
    });

    it('keeps large bodies whole, or drops them when told to', async () => {
      const large = 'abcdefghij'.repeat(100_000);
      const { http, recorder } = setup(await serve((_request, response) => response.end(large)));
      const kept = await http.get('/');
      expect([kept.size, kept.text() === large]).toEqual([1_000_000, true]);
      const dropped = await http.get('/', { discardBody: true });
      expect([dropped.size, dropped.text(), dropped.ok]).toEqual([1_000_000, '', true]);
      await nextTurn();
      expect(recorder.series('GET', '/').bytesReceived).toBe(2_000_000);
    });
  });

  describe('outcomes', () => {
    it('counts unexpected statuses, and expected ones as successes', async () => {
      const { http, recorder } = setup(
        await serve((request, response) => {
          response.statusCode = Number(request.url?.slice(1));
          response.end();
        }),
      );
      expect((await http.get('/404')).ok).toBe(false);
      expect((await http.get('/404', { expect: 404 })).ok).toBe(true);
      expect((await http.get('/404', { expect: [200, 404] })).ok).toBe(true);
      expect((await http.get('/503', { expect: (status) => status > 500 })).ok).toBe(true);
      expect((await http.get('/200', { expect: 404 })).error).toBe('HTTP 200 OK');
      expect((await http.get('/304')).ok).toBe(true);
      await nextTurn();
      expect(recorder.counts).toEqual({ ok: 4, status: 2 });
      expect(recorder.failures).toEqual(['GET /404: HTTP 404 Not Found', 'GET /200: HTTP 200 OK']);
    });

    it('fails a response on a check until it is counted', async () => {
      const { http, recorder } = setup(await serve(echo));
      const first = await http.get('/');
      expect(recorder.counts).toEqual({});
      first.fail('no name');
      expect([first.ok, first.error]).toEqual([false, 'no name']);
      const second = await http.get('/');
      expect(recorder.counts).toEqual({ check: 1 });
      await nextTurn();
      expect(recorder.counts).toEqual({ check: 1, ok: 1 });
      second.fail('too late');
      await nextTurn();
      expect([second.ok, recorder.counts]).toEqual([true, { check: 1, ok: 1 }]);
      expect(recorder.failures).toEqual(['GET /: no name']);
    });

    it('names a request as told', async () => {
      const { http, recorder } = setup(await serve(echo));
      expect((await http.get('/users/7', { name: '/users/[id]' })).name).toBe('/users/[id]');
      await http.get('/users/8', { name: '/users/[id]' });
      await nextTurn();
      expect(recorder.names).toEqual(['GET /users/[id] 2']);
    });

    // Each of these ends in one failure of the given class, and the next request works.
    it.each<[string, string, Script, string | RegExp]>([
      [
        'reset',
        'closed before the response',
        (_r, { socket }) => socket.end(),
        'connection closed before the response',
      ],
      ['reset', 'closed amid the head', (_r, { socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-'), 'amid'],
      [
        'reset',
        'closed amid the body',
        (_r, { socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
        'amid',
      ],
      [
        'reset',
        'closed amid a chunk',
        (_r, { socket }) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'),
        'amid',
      ],
      ['reset', 'reset', (_r, { socket }) => socket.resetAndDestroy(), 'ECONNRESET'],
      [
        'reset',
        'reset amid the body',
        (_r, { socket }) =>
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => socket.resetAndDestroy()),
        /ECONNRESET|amid/,
      ],
      [
        'protocol',
        'another protocol',
        (_r, { socket }) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
        'not an HTTP/1.x response',
      ],
      [
        'protocol',
        'two framings',
        (_r, { socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'),
        'both',
      ],
      [
        'protocol',
        'an upgrade',
        (_r, { socket }) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
        'switch',
      ],
      ['timeout', 'silence', () => {}, 'no complete response within 150 ms'],
      [
        'timeout',
        'silence amid the body',
        (_r, { socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
        'no complete',
      ],
      [
        'timeout',
        'endless interim silence',
        (_r, { socket }) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
        'no complete',
      ],
    ])('%s: %s', async (outcome, _what, script, error) => {
      const server = await scripted((request, connection) => {
        if (request.startsWith('GET /bad')) script(request, connection);
        else connection.socket.write(ok());
      });
      const { http, recorder, engine } = setup(server.url);
      const response = await http.get('/bad', { timeoutMs: 150 });
      expect([response.ok, response.status, response.text()]).toEqual([false, 0, '']);
      expect(response.error).toMatch(error);
      expect((await http.get('/good')).ok).toBe(true);
      await nextTurn();
      expect(recorder.counts).toEqual({ [outcome]: 1, ok: 1 });
      expect(recorder.started).toBe(2);
      expect(engine.openConnections).toBe(1);
    });

    it('connect: refused, and works again once somebody listens', async () => {
      const server = await ScriptedServer.listen((_request, { socket }) => socket.write(ok()));
      const { port, url } = server;
      await server.close();
      const { http, recorder, engine } = setup(url);
      const response = await http.get('/');
      expect(response.error).toBe('cannot connect to 127.0.0.1 (ECONNREFUSED)');
      await nextTurn();
      expect(recorder.counts).toEqual({ connect: 1 });
      expect([recorder.failedConnections, engine.openConnections]).toEqual([1, 0]);
      const again = createServer((_request, answer) => answer.end('back'));
      await new Promise<void>((resolve) => again.listen(port, '127.0.0.1', resolve));
      cleanups.push(
        () => again.closeAllConnections(),
        () => void again.close(),
      );
      expect((await http.get('/')).text()).toBe('back');
    });

    it('connect: a name that does not resolve', async () => {
      const { http, recorder } = setup('http://no.such.host.invalid:80', {
        lookup: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
      });
      expect((await http.get('/')).error).toBe('cannot resolve no.such.host.invalid (ENOTFOUND)');
      await nextTurn();
      expect(recorder.counts).toEqual({ connect: 1 });
    });

    it('ok, but the connection is not used again: octets after the response', async () => {
      const server = await scripted((_request, { socket }) => socket.write(`${ok()}HTTP/1.1 200 OK\r\n\r\nsmuggled`));
      const { http, recorder } = setup(server.url);
      expect((await http.get('/')).text()).toBe('ok');
      expect((await http.get('/')).text()).toBe('ok');
      expect(recorder.opened).toBe(2);
    });

    it('drops an idle connection that sends unasked octets', async () => {
      const server = await scripted((_request, { socket }) => {
        socket.write(ok());
        setTimeout(() => socket.write(ok('unasked')), 20);
      });
      const { http, engine } = setup(server.url);
      await http.get('/');
      expect(engine.openConnections).toBe(1);
      await until(() => engine.openConnections === 0);
      expect((await http.get('/')).text()).toBe('ok');
    });
  });

  describe('idle connections', () => {
    it('sends once more what met a stale connection', async () => {
      const server = await scripted((_request, connection) => {
        // The first connection answers one request and resets on the second, as if it had been closed while idle.
        if (connection === server.connections[0] && connection.requests.length === 2)
          connection.socket.resetAndDestroy();
        else connection.socket.write(ok());
      });
      const { http, recorder } = setup(server.url);
      await http.get('/');
      const second = await http.get('/');
      expect(second.ok).toBe(true);
      await nextTurn();
      expect([recorder.counts, recorder.staleRetries, recorder.opened, recorder.started]).toEqual([{ ok: 2 }, 1, 2, 2]);
    });

    it('does so once', async () => {
      const server = await scripted((_request, { socket }) => {
        if (server.requests.length === 1) socket.write(ok());
        else socket.end();
      });
      const { http, recorder } = setup(server.url);
      await http.get('/');
      expect((await http.get('/')).error).toBe('connection closed before the response');
      expect([recorder.staleRetries, server.requests.length]).toEqual([1, 3]);
    });

    it('does not repeat a POST', async () => {
      const server = await scripted((_request, { requests, socket }) => {
        if (requests.length === 1) socket.write(ok());
        else socket.end();
      });
      const { http, recorder } = setup(server.url);
      await http.post('/', { json: {} });
      expect((await http.post('/', { json: {} })).ok).toBe(false);
      await nextTurn();
      expect([recorder.staleRetries, server.requests.length, recorder.counts]).toEqual([0, 2, { ok: 1, reset: 1 }]);
    });

    it('notices a close while idle and opens another connection without a retry', async () => {
      const server = await scripted((_request, { socket }) => {
        socket.write(ok());
        setTimeout(() => socket.end(), 10);
      });
      const { http, recorder, engine } = setup(server.url);
      await http.get('/');
      await until(() => engine.openConnections === 0);
      expect((await http.get('/')).ok).toBe(true);
      expect([recorder.opened, recorder.staleRetries]).toEqual([2, 0]);
    });

    it('does not use a connection that the server is about to close by its own word', async () => {
      const server = await scripted((_request, { socket }) => socket.write(ok('ok', 'Keep-Alive: timeout=1\r\n')));
      const { http, recorder } = setup(server.url);
      await http.get('/');
      await new Promise((resolve) => setTimeout(resolve, 600));
      await http.get('/');
      expect(recorder.opened).toBe(2);
    });
  });

  describe('redirects', () => {
    it('follows a chain, counted once under the first name', async () => {
      const { http, recorder } = setup(
        await serve((request, response) => {
          const step = Number(request.url?.slice(1));
          if (step < 3) response.writeHead(302, { location: `${step + 1}` });
          response.end(`step ${step}`);
        }),
      );
      const response = await http.get('/0');
      expect([response.status, response.text(), response.url.slice(-2), response.name]).toEqual([
        200,
        'step 3',
        '/3',
        '/0',
      ]);
      await nextTurn();
      expect(recorder.names).toEqual(['GET /0 1']);
    });

    it.each([
      [301, 'GET', ''],
      [302, 'GET', ''],
      [303, 'GET', ''],
      [307, 'POST', '{"a":1}'],
      [308, 'POST', '{"a":1}'],
    ])('%i turns a POST into %s', async (status, method, body) => {
      const url = await serve((request, response) => {
        if (request.url !== '/from') return echo(request, response);
        response.writeHead(status, { location: '/to' });
        response.end();
      });
      const { http } = setup(url);
      const seen = (await http.post('/from', { json: { a: 1 } })).json();
      expect(seen).toMatchObject({ method, body, url: '/to' });
      expect('content-type' in seen.headers).toBe(body !== '');
    });

    it('goes to the other origin, and leaves credentials behind', async () => {
      const other = await serve(echo);
      const url = await serve((_request, response) => {
        response.writeHead(307, { location: `${other}/there`, 'set-cookie': 'own=1' });
        response.end();
      });
      const { http, recorder } = setup(url);
      const response = await http.post('/', {
        body: 'x',
        auth: { bearer: 't' },
        headers: { cookie: 'a=b', 'X-Kept': '1' },
      });
      const { headers, body } = response.json();
      expect(response.url).toBe(`${other}/there`);
      expect(headers).toMatchObject({ host: other.slice(7), 'x-kept': '1' });
      expect(headers).not.toHaveProperty('authorization');
      expect(headers.cookie ?? '').not.toContain('a=b');
      expect([body, recorder.opened]).toEqual(['x', 2]);
    });

    it('stops at the limit, and does not follow when told so', async () => {
      const { http, recorder } = setup(
        await serve((_request, response) => {
          response.writeHead(302, { location: '/again' });
          response.end();
        }),
      );
      expect((await http.get('/', { redirects: 2 })).error).toBe('more than 2 redirects');
      expect((await http.get('/')).error).toBe('more than 10 redirects');
      const kept = await http.get('/', { redirects: 0 });
      expect([kept.ok, kept.status, kept.headers.get('location')]).toEqual([true, 302, '/again']);
      await nextTurn();
      expect(recorder.counts).toEqual({ status: 2, ok: 1 });
    });

    it.each([
      ['http://', 'protocol', 'redirect to an invalid URL'],
      ['ftp://127.0.0.1/', 'protocol', 'redirect to another protocol'],
      ['http://169.254.169.254/latest/', 'blocked', /blocked: cloud metadata/],
      ['http://2852039166/', 'blocked', /blocked: cloud metadata/],
      ['http://[::ffff:169.254.169.254]/', 'blocked', /blocked: cloud metadata/],
      ['http://0/', 'blocked', /blocked: unspecified/],
    ])('does not go to %s', async (location, outcome, error) => {
      const { http, recorder } = setup(
        await serve((_request, response) => {
          response.writeHead(302, { location });
          response.end();
        }),
      );
      expect((await http.get('/')).error).toMatch(error);
      await nextTurn();
      expect(recorder.counts).toEqual({ [outcome]: 1 });
    });

    it('has one time limit for the whole chain', async () => {
      const { http } = setup(
        await serve((_request, response) => {
          setTimeout(() => {
            response.writeHead(302, { location: '/again' });
            response.end();
          }, 60);
        }),
      );
      expect((await http.get('/', { timeoutMs: 150 })).error).toBe('no complete response within 150 ms');
    });
  });

  describe('cookies', () => {
    it('keeps them per user, with path and expiry', async () => {
      const url = await serve((request, response) => {
        if (request.url === '/set') response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/deep', 'bad', '=']);
        if (request.url === '/drop') response.setHeader('set-cookie', 'a=; Max-Age=0; Path=/');
        echo(request, response);
      });
      const { http, engine, recorder } = setup(url);
      const cookie = async (client: HttpUserClient, path: string, options?: object): Promise<unknown> =>
        (await client.get(path, options)).json().headers.cookie;
      expect(await cookie(http, '/set')).toBeUndefined();
      expect(await cookie(http, '/')).toBe('a=1');
      expect(await cookie(http, '/deep/er')).toMatch(/^b=2; a=1$/);
      expect(await cookie(http, '/', { headers: { Cookie: 'own=1' } })).toBe('own=1; a=1');
      await http.get('/drop');
      expect(await cookie(http, '/')).toBeUndefined();
      expect(await cookie(engine.client(url, recorder), '/')).toBeUndefined();
    });
  });

  describe('targets', () => {
    it('blocks before a connection is made, without starving the event loop', async () => {
      const { http, recorder } = setup('http://127.0.0.1:9', { limits: { allowedTargets: ['example.com'] } });
      let turns = 0;
      setImmediate(() => (turns = 1));
      while (turns === 0) expect((await http.get('/')).error).toMatch('not among the allowed targets');
      await nextTurn();
      expect(Object.keys(recorder.counts)).toEqual(['blocked']);
      expect([recorder.opened, recorder.failedConnections]).toEqual([0, 0]);
    });

    it('judges the address that a name leads to, not the name', async () => {
      const { http } = setup('http://innocent.example.com', { lookup: () => Promise.resolve(['169.254.169.254']) });
      expect((await http.get('/')).error).toMatch('blocked: cloud metadata');
    });

    it('goes on to the next address, and takes those that answer in turn', async () => {
      const server = await scripted((_request, { socket }) => socket.write(ok()));
      let lookups = 0;
      const { http, recorder } = setup(
        `http://two.example.com:${server.port}`,
        {
          limits: { allowedTargets: ['two.example.com'] },
          lookup: () => {
            lookups++;
            return Promise.resolve(['127.0.0.2', '127.0.0.1']);
          },
        },
        false,
      );
      for (let i = 0; i < 4; i++) expect((await http.get('/')).ok).toBe(true);
      expect([lookups, recorder.failedConnections]).toEqual([1, 0]);
    });
  });

  describe('times', () => {
    it('leaves connecting out of service time, and counts response time from the intended start', async () => {
      const { http, recorder } = setup(await serve((_request, response) => void setTimeout(() => response.end(), 30)));
      http.intendedStartMs = performance.now() - 1_000;
      const late = await http.get('/');
      expect(late.serviceMs).toBeGreaterThanOrEqual(28);
      expect(late.responseMs).toBeGreaterThanOrEqual(1_028);
      const next = await http.get('/');
      expect(next.responseMs).toBe(next.serviceMs);
      await nextTurn();
      expect(recorder.stats.connect.count).toBe(1);
      expect(recorder.series('GET', '/').ok.response.maxUs).toBeGreaterThanOrEqual(1_028_000);
    });

    it('gives no answer after the user has ended', async () => {
      const server = await scripted(() => {});
      const { http, recorder, engine } = setup(server.url);
      let settled = false;
      void http.get('/').then(() => (settled = true));
      await until(() => server.requests.length === 1);
      http.close();
      void http.get('/').then(() => (settled = true));
      await nextTurn();
      expect([settled, engine.openConnections, recorder.started, recorder.counts]).toEqual([false, 0, 1, {}]);
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('condition not met within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
