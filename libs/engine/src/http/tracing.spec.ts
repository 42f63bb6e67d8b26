// Trace context as the far side sees it: a real server reads the fields of real requests.
import { cleanUp, echo, scripted, serve, setup } from './testing/http-setup.js';
import type { TracedExchange } from '@loadstar/shared';

afterEach(cleanUp);

const form = /^00-([\da-f]{32})-([\da-f]{16})-(0[01])$/;

interface Seen {
  readonly trace: string;
  readonly span: string;
  readonly flags: string;
}

function read(field: unknown): Seen {
  const [, trace = '', span = '', flags = ''] = form.exec(String(field)) ?? [];
  expect([field, trace]).toEqual([field, expect.stringMatching(/./)]);
  return { trace, span, flags };
}

describe('trace context', () => {
  it('is not sent unless it is asked for', async () => {
    const { http } = setup(await serve(echo));
    const response = await http.get('/');
    expect(response.json().headers).not.toHaveProperty('traceparent');
    expect(response.traceId).toBeUndefined();
  });

  it.each([
    ['a plain request', {}],
    ['a request with a body', { json: { a: 1 } }],
    ['a request with fields of its own', { headers: { a: 'b' } }],
  ])('names a new trace in %s, and the response knows it', async (_what, options) => {
    const { http } = setup(await serve(echo), { traceSampling: 1 });
    const [first, second] = [await http.post('/', options), await http.post('/', options)];
    const [one, two] = [read(first.json().headers.traceparent), read(second.json().headers.traceparent)];
    expect([first.traceId, second.traceId]).toEqual([one.trace, two.trace]);
    expect(one.flags).toBe('01');
    expect(two.trace).not.toBe(one.trace);
    expect(two.span).not.toBe(one.span);
  });

  it('stands beside the marks for a witness', async () => {
    const { http } = setup(await serve(echo), { traceSampling: 1, identify: { run: 'r1', worker: 'w1' } });
    expect((await http.get('/')).json().headers).toMatchObject({
      'x-loadstar-sequence': '1',
      traceparent: expect.stringMatching(form),
    });
  });

  it('asks for the share of traces that is wanted, and sends the rest unsampled', async () => {
    const url = await serve(echo);
    const sampledOf = async (traceSampling: number, count: number): Promise<number> => {
      const { http } = setup(url, { traceSampling });
      let sampled = 0;
      for (let i = 0; i < count; i++) {
        if (read((await http.get('/')).json().headers.traceparent).flags === '01') sampled++;
      }
      return sampled;
    };
    expect(await sampledOf(0, 50)).toBe(0);
    expect(await sampledOf(1, 50)).toBe(50);
    // Of 400 draws at 0.25 some 100; outside these bounds about once in 10^9 runs.
    const quarter = await sampledOf(0.25, 400);
    expect(quarter).toBeGreaterThan(50);
    expect(quarter).toBeLessThan(155);
  });

  it('stays one trace and one span over a redirect, because it is one request to its scenario', async () => {
    const seen: Seen[] = [];
    const url = await serve((request, response) => {
      seen.push(read(request.headers.traceparent));
      if (request.url === '/old') response.writeHead(302, { location: '/new' });
      response.end();
    });
    const { http } = setup(url, { traceSampling: 1 });
    const { traceId } = await http.get('/old');
    expect(seen.map(({ trace }) => trace)).toEqual([traceId, traceId]);
    expect(new Set(seen.map(({ span }) => span)).size).toBe(1);
  });

  it('is the same when a request goes out again because the server had closed its idle connection', async () => {
    const server = await scripted((_request, connection) => {
      if (connection === server.connections[0] && connection.requests.length === 2) connection.socket.resetAndDestroy();
      else connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const { http, recorder } = setup(server.url, { traceSampling: 1 });
    await http.get('/');
    const second = await http.get('/');
    expect(second.ok).toBe(true);
    expect(recorder.staleRetries).toBe(1);
    const traces = server.requests.map((request) => read(/traceparent: (\S+)/.exec(request)?.[1]).trace);
    expect(traces.slice(1)).toEqual([second.traceId, second.traceId]);
  });

  it('leaves a trace that the scenario continues alone', async () => {
    const { http } = setup(await serve(echo), { traceSampling: 1 });
    const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const response = await http.get('/', { headers: { TraceParent: own } });
    expect(response.json().headers.traceparent).toBe(own);
  });

  it('tells of requests whose trace is recorded, once they are counted, and of no others', async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === '/bad?token=secret' ? 503 : 200).end('four');
    });
    const told: TracedExchange[] = [];
    const onTraced = (exchange: TracedExchange): void => void told.push(exchange);
    const beforeMs = Date.now();
    const { http, engine } = setup(url, { traceSampling: 1, onTraced });
    const good = await http.get('/good', { name: 'a good one' });
    const bad = await http.get('/bad?token=secret', { name: 'a bad one' });
    engine.flush();
    expect(told).toEqual([
      expect.objectContaining({
        traceId: good.traceId,
        name: 'a good one',
        outcome: 'ok',
        error: undefined,
        status: 200,
        bytesReceived: 4,
        serviceMs: good.serviceMs,
        responseMs: good.responseMs,
      }),
      expect.objectContaining({
        traceId: bad.traceId,
        method: 'GET',
        url: `${url}/bad`,
        outcome: 'status',
        error: 'HTTP 503 Service Unavailable',
      }),
    ]);
    for (const { spanId, endMs } of told) {
      expect(spanId).toMatch(/^[\da-f]{16}$/);
      expect(endMs).toBeGreaterThanOrEqual(beforeMs - 1);
      expect(endMs).toBeLessThanOrEqual(Date.now() + 1);
    }
    const silent = setup(url, { traceSampling: 0, onTraced });
    await silent.http.get('/');
    silent.engine.flush();
    expect(told).toHaveLength(2);
  });
});
