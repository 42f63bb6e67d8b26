import type { Connection } from '../hot/connection.js';
import { cleanUp, nextTurn, scripted, setup, until } from './testing/http-setup.js';
import { ok } from './testing/scripted-server.js';

afterEach(cleanUp);

describe('connections of a user', () => {
  describe('idle connections', () => {
    it.each([true, false])(
      'sends a request once whose connection breaks in the turn in which it took it (resendStale %s)',
      async (resendStale) => {
        const server = await scripted((_request, { socket }) => void socket.write(ok()));
        const { http, recorder } = setup(server.url, {}, true, resendStale);
        await http.get('/1');
        await nextTurn();
        // Nothing of it has left, and the same connection object is opened anew for it before the turn is over.
        const second = http.get('/2');
        const { connections } = http as unknown as { connections: Connection };
        connections.onError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
        expect((await second).ok).toBe(true);
        expect((await http.get('/3')).ok).toBe(true);
        await nextTurn();
        expect(server.requests.map((request) => request.split(' ')[1])).toEqual(['/1', '/2', '/3']);
        expect([recorder.counts, recorder.opened]).toEqual([{ ok: 3 }, 2]);
      },
    );

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

    it('does not where the scenario asks for every attempt to be one', async () => {
      const server = await scripted((_request, { requests, socket }) => {
        if (requests.length === 1) socket.write(ok());
        else socket.end();
      });
      const { http, recorder } = setup(server.url, {}, true, false);
      await http.get('/');
      expect((await http.get('/')).error).toBe('connection closed before the response');
      await nextTurn();
      expect([recorder.staleRetries, server.requests.length, recorder.counts]).toEqual([0, 2, { ok: 1, reset: 1 }]);
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
});
