import { loadstarVersion } from '@loadstar/shared';
import { RunningTarget } from '../testing/running-target.js';

let target: RunningTarget;
beforeEach(async () => {
  target = await RunningTarget.start();
});
afterEach(() => target.close());

const json = 'application/json; charset=utf-8';

describe('GET /', () => {
  test('welcomes with version and endpoints', async () => {
    expect(await target.get('/')).toMatchObject({
      status: 200,
      type: json,
      body: {
        version: loadstarVersion,
        endpoints: expect.arrayContaining(['GET /users', 'POST /users']),
        message: expect.any(String),
      },
    });
  });
});

describe('GET /users', () => {
  test('lists the first five users with a pagination block', async () => {
    const { status, type, body } = await target.get('/users');
    expect([status, type]).toEqual([200, json]);
    expect(body.users.map((user: { id: number }) => user.id)).toEqual([1, 2, 3, 4, 5]);
    expect(body.users[0]).toEqual({
      id: 1,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      created_at: expect.any(String),
    });
    expect(body.pagination).toEqual({ page: 1, per_page: 10, total: 5, pages: 1 });
  });

  test.each([
    ['?page=2&per_page=2', [3, 4], { page: 2, per_page: 2, total: 5, pages: 3 }],
    ['?page=3&per_page=2', [5], { page: 3, per_page: 2, total: 5, pages: 3 }],
    ['?page=4&per_page=2', [], { page: 4, per_page: 2, total: 5, pages: 3 }],
    ['?per_page=100', [1, 2, 3, 4, 5], { page: 1, per_page: 100, total: 5, pages: 1 }],
    ['?per_page=1', [1], { page: 1, per_page: 1, total: 5, pages: 5 }],
  ])('pages by %s', async (query, ids, pagination) => {
    const { status, body } = await target.get(`/users${query}`);
    expect(status).toBe(200);
    expect(body.users.map((user: { id: number }) => user.id)).toEqual(ids);
    expect(body.pagination).toEqual(pagination);
  });

  test.each([
    ['page=0', 'page must be a whole number from 1'],
    ['page=-1', 'page must be a whole number from 1'],
    ['page=two', 'page must be a whole number from 1'],
    ['page=1&page=2', 'page must be a whole number from 1'],
    ['per_page=0', 'per_page must be a whole number 1..100'],
    ['per_page=101', 'per_page must be a whole number 1..100'],
    ['per_page=1.5', 'per_page must be a whole number 1..100'],
  ])('refuses %s by name', async (query, error) => {
    expect(await target.get(`/users?${query}`)).toMatchObject({
      status: 400,
      type: json,
      body: { status: 400, error },
    });
  });
});

describe('GET /users/:id', () => {
  test('gives one user', async () => {
    expect(await target.get('/users/3')).toMatchObject({
      status: 200,
      type: json,
      body: { user: { id: 3, name: 'Alan Turing' } },
    });
  });

  test.each(['6', '999', '0', '-1', 'abc', '1e0', '99999999999999999999'])('answers 404 in JSON for %s', async (id) => {
    expect(await target.get(`/users/${id}`)).toMatchObject({
      status: 404,
      type: json,
      body: { status: 404, error: 'user not found' },
    });
  });
});

describe('POST /users', () => {
  test('creates a user that can be read afterwards', async () => {
    const created = await target.post('/users', JSON.stringify({ name: '  Mary Shaw ', email: 'mary@example.com' }));
    expect(created).toMatchObject({
      status: 201,
      type: json,
      body: { user: { id: 6, name: 'Mary Shaw', email: 'mary@example.com' } },
    });
    expect((await target.get('/users/6')).body).toEqual(created.body);
    expect((await target.get('/users')).body.pagination.total).toBe(6);
  });

  test('needs no e-mail address', async () => {
    expect(await target.post('/users', '{"name":"Nobody"}')).toMatchObject({
      status: 201,
      body: { user: { email: null } },
    });
  });

  test.each([
    ['no body', undefined, undefined, 'the body must be a JSON object'],
    ['an empty body', '', 'application/json', 'the body must be a JSON object'],
    ['damaged JSON', '{"name":', 'application/json', 'the body must be a JSON object'],
    ['a form', 'name=Ada', 'application/x-www-form-urlencoded', 'the body must be a JSON object'],
    ['plain text', '{"name":"Ada"}', 'text/plain', 'the body must be a JSON object'],
    ['a list', '[]', 'application/json', 'the body must be a JSON object'],
    ['null', 'null', 'application/json', 'the body must be a JSON object'],
    ['a missing name', '{"email":"a@example.com"}', 'application/json', 'name is missing'],
    ['a blank name', '{"name":"  "}', 'application/json', 'name must not be blank'],
    ['a name that is no text', '{"name":5}', 'application/json', 'name must be a text'],
    [
      'a name too long',
      JSON.stringify({ name: 'x'.repeat(201) }),
      'application/json',
      'name must not be longer than 200 characters',
    ],
    ['a malformed e-mail', '{"name":"Ada","email":"ada@"}', 'application/json', 'email is not an e-mail address'],
    ['an e-mail that is no text', '{"name":"Ada","email":7}', 'application/json', 'email is not an e-mail address'],
    ['a prototype', '{"name":"Ada","__proto__":{"x":1}}', 'application/json', 'the body must be a JSON object'],
  ])('answers 400 in JSON for %s', async (_what, body, type, error) => {
    expect(await target.post('/users', body, type)).toMatchObject({
      status: 400,
      type: json,
      body: { status: 400, error },
    });
    expect((await target.get('/users')).body.pagination.total).toBe(5);
  });

  test('refuses a body above 64 kB', async () => {
    expect(await target.post('/users', JSON.stringify({ name: 'x'.repeat(70_000) }))).toMatchObject({
      status: 413,
      type: json,
      body: { status: 413 },
    });
  });
});

test('an unknown path is a 404 in the same form', async () => {
  expect(await target.get('/nothing/here')).toMatchObject({
    status: 404,
    type: json,
    body: { status: 404, error: 'Cannot GET /nothing/here' },
  });
});

describe('faults and delays', () => {
  test('are injected by query', async () => {
    const failed = await target.get('/users?fail=503');
    expect(failed).toMatchObject({ status: 503, type: json, body: { status: 503, error: 'injected fault' } });
    expect(failed.headers.get('x-injected-fault')).toBe('1');
    expect((await target.get('/users?fail=500&fail_rate=0')).status).toBe(200);
    expect((await target.get('/users/1?fail_rate=1')).status).toBe(503);
    expect((await target.post('/users?fail=502', '{"name":"Ada"}')).status).toBe(502);
    expect((await target.get('/users')).body.pagination.total).toBe(5);
  });

  test('hold a request for at least the delay that its query asks for', async () => {
    const before = performance.now();
    expect((await target.get('/users?delay_ms=40')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(35);
  });

  test.each([
    ['fail=200', 'fail must be a status 400..599'],
    ['fail=600', 'fail must be a status 400..599'],
    ['fail=yes', 'fail must be a status 400..599'],
    ['fail_rate=2', 'fail_rate must be a number 0..1'],
    ['fail_rate=', 'fail_rate must be a number 0..1'],
    ['delay_ms=-1', 'delay_ms must be milliseconds 0..60000, as one number or a range such as 50-100'],
    ['delay_ms=60001', 'delay_ms must be milliseconds 0..60000, as one number or a range such as 50-100'],
    ['delay_ms=9-1', 'delay_ms must be milliseconds 0..60000, as one number or a range such as 50-100'],
  ])('are refused by name for %s', async (query, error) => {
    expect(await target.get(`/users?${query}`)).toMatchObject({ status: 400, body: { error } });
  });

  test('come from a limit of requests per second, but not for health', async () => {
    const limited = await RunningTarget.start({ TARGET_RATE_LIMIT: '0.001' });
    try {
      expect((await limited.get('/')).status).toBe(200);
      expect((await limited.get('/')).status).toBe(429);
      expect((await limited.get('/health')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  test('are injected by environment', async () => {
    const failing = await RunningTarget.start({ TARGET_ERROR_RATE: '1', TARGET_ERROR_STATUS: '507' });
    try {
      expect((await failing.get('/')).status).toBe(507);
      expect((await failing.get('/users?fail_rate=0')).status).toBe(200);
      expect((await failing.get('/health')).status).toBe(200);
    } finally {
      await failing.close();
    }
  });
});
