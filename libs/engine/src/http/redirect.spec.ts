import { cleanUp, echo, nextTurn, serve, setup } from './testing/http-setup.js';

afterEach(cleanUp);

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
