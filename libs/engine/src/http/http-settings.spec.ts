import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpSettings } from '@loadstar/scenario';
import { certificate } from './testing/certificate.js';
import { cleanUp, echo, serve, setup } from './testing/http-setup.js';
import { checkTlsSettings } from './tls-settings.js';

afterEach(cleanUp);

const mutual = { ...certificate, ca: certificate.cert, requestCert: true, rejectUnauthorized: true };

function peer(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request as unknown as { socket: { authorized: boolean; servername: string | false } };
  response.end(`${socket.authorized} ${socket.servername || '-'}`);
}

describe('HttpEngine.client with the settings of a class', () => {
  it('opens a fresh connection for each request of the class that wants it, and only of that', async () => {
    const url = await serve((request, response) => {
      response.end(`${request.headers.connection ?? 'kept'} ${request.socket.remotePort}`);
    });
    const { http: kept, engine, recorder } = setup(url);
    const fresh = engine.client(url, recorder, { keepAlive: false });
    const texts = { kept: [] as string[], fresh: [] as string[] };
    for (let i = 0; i < 3; i++) {
      texts.kept.push((await kept.get('/')).text());
      texts.fresh.push((await fresh.get('/')).text());
    }
    expect(new Set(texts.kept).size).toBe(1);
    expect(new Set(texts.fresh).size).toBe(3);
    expect(texts.fresh.every((text) => text.startsWith('close '))).toBe(true);
    expect([recorder.opened, engine.openConnections]).toEqual([4, 1]);
  });

  it('verifies strictly unless the class says otherwise, side by side in one engine', async () => {
    const url = await serve(echo, certificate);
    const { http: strict, engine, recorder } = setup(url);
    const ask = async (tls: HttpSettings['tls']): Promise<boolean> =>
      (await engine.client(url, recorder, { tls }).get('/')).ok;
    expect(await ask({ insecure: true })).toBe(true);
    expect(await ask({ ca: certificate.cert })).toBe(true);
    expect(await ask({ ca: [certificate.cert] })).toBe(true);
    expect(await ask({ insecure: false })).toBe(false);
    expect((await strict.get('/')).error).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('shows the client certificate of the class to a server with mutual TLS, after redirects too', async () => {
    const url = await serve(peer, mutual);
    const { engine, recorder } = setup(url);
    const { ca } = mutual;
    const with_ = engine.client(url, recorder, { tls: { ca, cert: certificate.cert, key: certificate.key } });
    expect((await with_.get('/')).text()).toBe('true -');
    const without = engine.client(url, recorder, { tls: { ca } });
    expect((await without.get('/', { timeoutMs: 2_000 })).ok).toBe(false);

    const there = await serve((_request, response) => response.writeHead(302, { location: `${url}/` }).end());
    const moved = engine.client(there, recorder, { tls: { ca, cert: certificate.cert, key: certificate.key } });
    expect((await moved.get('/')).text()).toBe('true -');
  });

  it('asks for and verifies the server name of the class', async () => {
    const url = await serve(peer, certificate);
    const { engine, recorder } = setup(url);
    const named = (servername: string) =>
      engine.client(url, recorder, { tls: { ca: certificate.cert, servername } }).get('/');
    expect((await named('localhost')).text()).toBe('false localhost');
    expect((await named('other.example.com')).error).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('tells keys that cannot be used by the name of the class', () => {
    const withTls = (tls: HttpSettings['tls']) => ({ userClasses: [{ name: 'Shopper', http: { tls } }] as never });
    expect(() => checkTlsSettings(withTls({ cert: certificate.cert, key: certificate.key }))).not.toThrow();
    expect(() => checkTlsSettings(withTls({ cert: 'nonsense', key: certificate.key }))).toThrow(/Shopper\.tls: /);
  });
});
