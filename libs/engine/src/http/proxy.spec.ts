import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { certificate } from './testing/certificate.js';
import { cleanUp, echo, onCleanUp, serve, setup } from './testing/http-setup.js';

afterEach(cleanUp);

interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** Request lines seen, with the credentials given. */
  readonly seen: string[];
}

/** A forwarding proxy on the loopback; names are all taken for 127.0.0.1. */
async function startProxy(tunnelAnswer = 'HTTP/1.1 200 Connection established\r\n\r\n'): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const note = ({ method, url, headers }: IncomingMessage): void => {
    seen.push(`${method} ${url} ${headers['proxy-authorization'] ?? '-'}`);
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    note(request);
    const url = new URL(request.url ?? '');
    const { method, headers } = request;
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, headers };
    const onward = httpRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    note(request);
    client.on('error', () => {});
    if (!tunnelAnswer.includes(' 200 ')) return void client.end(tunnelAnswer);
    const onward = connect(Number((request.url ?? '').split(':').pop()), '127.0.0.1', () => {
      client.write(tunnelAnswer);
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    sockets.add(client).add(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, seen };
}

const basic = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;

describe('an HTTP proxy', () => {
  it('gets plain requests with the whole URL, over one connection', async () => {
    const proxy = await startProxy();
    const target = await serve(echo);
    const { engine, recorder } = setup(target);
    const http = engine.client(target, recorder, { proxy: proxy.url.replace('://', '://ann:s3cret@') });
    expect((await http.get('/a', { params: { b: 1 } })).json()).toMatchObject({ url: '/a?b=1' });
    expect((await http.post('/c', { json: [1] })).json()).toMatchObject({ url: '/c', body: '[1]' });
    expect(proxy.seen).toEqual([`GET ${target}/a?b=1 ${basic}`, `POST ${target}/c ${basic}`]);
    expect(recorder.opened).toBe(1);
  });

  it('gives a tunnel for https, and sees nothing of what goes through it', async () => {
    const proxy = await startProxy();
    const target = await serve(echo, certificate);
    const { engine, recorder } = setup(target);
    const settings = { tls: { ca: certificate.cert }, proxy: proxy.url.replace('://', '://ann:s3cret@'), phases: true };
    const http = engine.client(target, recorder, settings);
    const first = await http.get('/a');
    expect(first.error).toBeUndefined();
    expect(first.json().headers).not.toHaveProperty('proxy-authorization');
    expect(first.phases?.tlsMs).toBeGreaterThan(0);
    const body = 'x'.repeat(200_000);
    expect((await http.post('/', { body })).json().body).toBe(body);
    expect(proxy.seen).toEqual([`CONNECT ${target.slice('https://'.length)} ${basic}`]);
    expect(recorder.opened).toBe(1);
    http.close();
    expect(engine.openConnections).toBe(0);
  });

  it.each([
    ['refuses', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'the proxy refused the tunnel (HTTP 407)'],
    ['is none', 'SSH-2.0\r\n\r\n', 'the proxy does not speak HTTP'],
    ['hangs up', '', 'connection closed during the TLS handshake'],
  ])('that %s makes the request a failed connection', async (_what, answer, error) => {
    const proxy = await startProxy(answer);
    const target = await serve(echo, certificate);
    const { engine, recorder } = setup(target);
    const response = await engine.client(target, recorder, { proxy: proxy.url }).get('/');
    expect([response.ok, response.error]).toEqual([false, error]);
    expect([recorder.failedConnections, engine.openConnections]).toEqual([1, 0]);
  });

  it('must be an allowed target, and so must what is behind it', async () => {
    const proxy = await startProxy();
    const lookup = (name: string): Promise<string[]> =>
      Promise.resolve([name === 'inner.test' ? '10.1.2.3' : '127.0.0.1']);
    const ask = async (target: string, via: string, allowedTargets: string[]): Promise<string | undefined> => {
      const { engine, recorder } = setup(target, { lookup, limits: { allowedTargets } });
      return (await engine.client(target, recorder, { proxy: via }).get('/')).error;
    };
    const named = `http://proxy.test:${proxy.port}`;
    const target = await serve(echo);
    const byName = target.replace('127.0.0.1', 'shop.test');
    expect(await ask(byName, named, ['shop.test'])).toContain('proxy.test');
    expect(await ask(byName, named, ['proxy.test'])).toContain('shop.test');
    expect(await ask('http://inner.test', named, ['127.0.0.0/8'])).toContain('inner.test');
    expect(await ask('http://169.254.169.254', named, [])).toContain('cloud metadata');
    expect(proxy.seen).toEqual([]);
    expect(await ask(byName, named, ['shop.test', 'proxy.test'])).toBeUndefined();
  });
});
