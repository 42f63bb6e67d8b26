import { createServer } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { cleanUp, echo, nextTurn, onCleanUp, scripted, serve, setup, until } from './testing/http-setup.js';
import { ok, type Script, ScriptedServer } from './testing/scripted-server.js';

afterEach(cleanUp);

describe('HttpExchange', () => {
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

    it.each([1_000, 32_767, 32_768, 100_000, 1_048_576, 3_000_000])(
      'keeps a body of %i bytes whole, or drops it',
      async (size) => {
        const body = Buffer.alloc(size, 'abcdefghiü');
        const { http, recorder } = setup(
          await serve((request, response) => {
            if (request.url === '/sized') response.setHeader('content-length', size);
            response.write(body.subarray(0, size / 3));
            response.end(body.subarray(size / 3));
          }),
        );
        for (const path of ['/sized', '/chunked']) {
          const kept = await http.get(path, { name: '/' });
          expect([kept.size, kept.text() === body.toString('utf8')]).toEqual([size, true]);
          expect(body.equals(kept.bytes())).toBe(true);
        }
        const dropped = await http.get('/', { discardBody: true });
        expect([dropped.size, dropped.text(), dropped.ok]).toEqual([size, '', true]);
        await nextTurn();
        expect(recorder.series('GET', '/').bytesReceived).toBe(3 * size);
      },
    );
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

    it('takes an exception in a rule of the scenario for a failure', async () => {
      const { http } = setup(await serve(echo));
      const rule = (): boolean => {
        throw new Error('oops');
      };
      expect((await http.get('/', { expect: rule })).error).toBe('expect threw: oops');
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

    it('lets every one of several responses be failed until its user waits again', async () => {
      const { http, recorder } = setup(await serve(echo));
      const judge = async (path: string): Promise<boolean> => {
        const response = await http.get(path);
        const next = http.get('/next');
        response.fail('no name');
        await next;
        return !response.ok;
      };
      // Some of them arrive in the same turn of the event loop.
      const inTime = await Promise.all(Array.from({ length: 20 }, (_, i) => judge(`/${i}`)));
      await nextTurn();
      expect([new Set(inTime), recorder.counts]).toEqual([new Set([true]), { check: 20, ok: 20 }]);
    });

    it('counts a response that comes as its user ends, and gives it to nobody', async () => {
      const { http, recorder } = setup(await serve(echo));
      let given = false;
      const end = (): boolean => {
        http.close();
        return true;
      };
      void http.get('/', { expect: end }).then(() => (given = true));
      await until(() => recorder.counts['ok'] === 1);
      await nextTurn();
      expect(given).toBe(false);
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
      // A busy machine must not turn another failure into this one.
      const response = await http.get('/bad', { timeoutMs: outcome === 'timeout' ? 150 : 25_000 });
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
      onCleanUp(() => again.closeAllConnections());
      onCleanUp(() => void again.close());
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
      const server = await scripted((_request, { socket }) => socket.write(ok()));
      const { http, engine } = setup(server.url);
      await http.get('/');
      expect(engine.openConnections).toBe(1);
      server.connections[0]?.socket.write(ok('unasked'));
      await until(() => engine.openConnections === 0);
      expect((await http.get('/')).text()).toBe('ok');
    });
  });
});
