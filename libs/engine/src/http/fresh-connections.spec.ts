import type { TLSSocket } from 'node:tls';
import type { TlsSettings } from '@loadstar/scenario';
import { SeededRandom } from '@loadstar/shared';
import { certificate } from './testing/certificate.js';
import { cleanUp, scripted, serve, setup, until } from './testing/http-setup.js';
import { ok } from './testing/scripted-server.js';

afterEach(cleanUp);

describe('a client that opens a connection for every request', () => {
  it('ends each with a reset, so that no port waits', async () => {
    let resets = 0;
    const server = await scripted((_request, { socket }) => {
      socket.write(ok('ok', 'Connection: close\r\n'));
      socket.once('error', (error: NodeJS.ErrnoException) => (resets += error.code === 'ECONNRESET' ? 1 : 0));
    });
    const { http, engine } = setup(server.url, {}, false);
    for (let i = 0; i < 20; i++) expect((await http.get('/')).text()).toBe('ok');
    await until(() => resets === 20);
    expect(server.connections).toHaveLength(20);
    expect(engine.openConnections).toBe(0);
  });

  it('counts every connection, and asks to close it', async () => {
    const server = await scripted((_request, { socket }) => void socket.write(ok()));
    const { http, recorder } = setup(server.url, {}, false);
    await Promise.all([http.get('/a'), http.get('/b'), http.get('/c')]);
    await http.get('/d');
    expect(recorder.opened).toBe(4);
    expect(server.requests.every((request) => request.includes('\r\nConnection: close\r\n'))).toBe(true);
  });

  // Sockets are used again after their close: nothing of one connection may reach the next, however it ended.
  it.each(['a', 'b', 'c'])('keeps connections apart whatever becomes of each (seed %s)', async (seed) => {
    const random = new SeededRandom(seed);
    const large = 'x'.repeat(200_000);
    const ways: Record<string, { answer: string; ends?: 'end' | 'reset'; text?: string; error?: string }> = {
      sized: { answer: ok('sized', 'Connection: close\r\n'), text: 'sized' },
      large: { answer: ok(large), text: large },
      untilClose: { answer: 'HTTP/1.0 200 OK\r\n\r\nuntil close', ends: 'end', text: 'until close' },
      surplus: { answer: `${ok('surplus')}and more`, text: 'surplus' },
      cut: { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut', ends: 'end', error: 'connection closed' },
      nothing: { answer: '', ends: 'end', error: 'connection closed' },
      reset: { answer: '', ends: 'reset', error: 'connection reset' },
      broken: { answer: 'nonsense\r\n\r\n', error: 'not an HTTP' },
      late: { answer: '', error: 'no complete response within 20 ms' },
    };
    const server = await scripted((request, { socket }) => {
      const way = ways[/^\w+ \/(\w+)/.exec(request)?.[1] ?? ''];
      if (!way) return;
      if (way.answer !== '') socket.write(way.answer);
      if (way.ends === 'end') socket.end();
      else if (way.ends === 'reset') socket.resetAndDestroy();
    });
    const { http, engine } = setup(server.url, {}, false);
    const names = Object.keys(ways);
    const one = async (name: string): Promise<void> => {
      const response = await http.get(`/${name}`, { timeoutMs: name === 'late' ? 20 : 30_000 });
      const { text, error } = ways[name]!;
      expect([name, response.ok && response.text()]).toEqual([name, text ?? false]);
      expect([name, response.error?.slice(0, error?.length)]).toEqual([name, error]);
    };
    for (let round = 0; round < 12; round++) {
      const burst = Array.from({ length: 1 + random.int(0, 5) }, () => names[random.int(0, names.length - 1)]!);
      await Promise.all(burst.map(one));
    }
    expect(engine.openConnections).toBe(0);
  });

  it('resumes the TLS session of its last connection, unless its class wants whole handshakes', async () => {
    const url = await serve((request, response) => {
      response.end(String((request.socket as TLSSocket).isSessionReused()));
    }, certificate);
    const { engine, recorder } = setup(url);
    const ask = async (tls: TlsSettings): Promise<string[]> => {
      const http = engine.client(url, recorder, { keepAlive: false, tls });
      const texts: string[] = [];
      for (let i = 0; i < 4; i++) texts.push((await http.get('/')).text());
      return texts;
    };
    expect(await ask({ insecure: true })).toEqual(['false', 'true', 'true', 'true']);
    expect(await ask({ insecure: true, resume: false })).toEqual(['false', 'false', 'false', 'false']);
  });

  it('never resumes what another user has begun', async () => {
    const url = await serve((request, response) => {
      response.end(String((request.socket as TLSSocket).isSessionReused()));
    }, certificate);
    const { engine, recorder } = setup(url);
    const tls = { insecure: true };
    for (let user = 0; user < 3; user++) {
      const http = engine.client(url, recorder, { keepAlive: false, tls });
      expect((await http.get('/')).text()).toBe('false');
    }
  });
});
