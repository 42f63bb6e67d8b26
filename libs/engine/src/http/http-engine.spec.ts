import { cleanUp, echo, nextTurn, serve, setup } from './testing/http-setup.js';
import { certificate } from './testing/certificate.js';

afterEach(cleanUp);

describe('HttpEngine over TLS', () => {
  it('does not trust a certificate that nobody vouches for', async () => {
    const { http, recorder, engine } = setup(await serve(echo, certificate));
    const response = await http.get('/');
    expect(response.error).toBe('cannot connect to 127.0.0.1 (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await nextTurn();
    expect([recorder.counts, recorder.failedConnections, engine.openConnections]).toEqual([{ connect: 1 }, 1, 0]);
  });

  it.each([
    ['insecure', { insecure: true }],
    ['given the authority', { ca: certificate.cert }],
  ])('speaks https when %s, over one connection', async (_what, tls) => {
    const { http, recorder } = setup(await serve(echo, certificate), { tls });
    for (let i = 0; i < 3; i++) {
      const response = await http.post('/', { body: 'x'.repeat(100_000) });
      expect(response.json().body).toHaveLength(100_000);
    }
    expect(recorder.opened).toBe(1);
  });

  it('verifies that the certificate is for the host asked', async () => {
    const url = await serve(echo, certificate);
    const options = { tls: { ca: certificate.cert }, lookup: () => Promise.resolve(['127.0.0.1']) };
    expect((await setup(url.replace('127.0.0.1', 'localhost'), options).http.get('/')).ok).toBe(true);
    const other = await setup(url.replace('127.0.0.1', 'other.example.com'), options).http.get('/');
    expect(other.error).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('opens and ends a connection for each request when asked to', async () => {
    const { http, engine, recorder } = setup(await serve(echo, certificate), { tls: { insecure: true } }, false);
    for (let i = 0; i < 3; i++) expect((await http.get('/')).ok).toBe(true);
    expect([recorder.opened, engine.openConnections]).toEqual([3, 0]);
  });

  it('follows redirects between http and https', async () => {
    const secure = await serve(echo, certificate);
    const plain = await serve((_request, response) => response.writeHead(302, { location: `${secure}/there` }).end());
    const { http } = setup(plain, { tls: { insecure: true } });
    expect((await http.get('/')).url).toBe(`${secure}/there`);
  });

  it('shows a client certificate when asked for one', async () => {
    const url = await serve(
      (request, response) => {
        const { socket } = request as unknown as { socket: { authorized: boolean } };
        response.end(String(socket.authorized));
      },
      { ...certificate, ca: certificate.cert, requestCert: true, rejectUnauthorized: true },
    );
    const with_ = setup(url, { tls: { insecure: true, ...certificate } });
    expect((await with_.http.get('/')).text()).toBe('true');
    const without = await setup(url, { tls: { insecure: true } }).http.get('/', { timeoutMs: 2_000 });
    expect(without.ok).toBe(false);
  });
});
