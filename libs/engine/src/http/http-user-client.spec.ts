import type { HttpUserClient } from './http-user-client.js';
import { cleanUp, echo, nextTurn, scripted, serve, setup, until } from './testing/http-setup.js';

afterEach(cleanUp);

describe('HttpUserClient', () => {
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
