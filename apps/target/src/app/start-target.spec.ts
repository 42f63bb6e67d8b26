import { createServer } from 'node:net';
import type { Logger } from '@loadstar/shared';
import { RunningTarget } from '../testing/running-target.js';

let target: RunningTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

describe('health', () => {
  test('tells status, time, users and connections', async () => {
    target = await RunningTarget.start();
    await target.post('/users', '{"name":"Ada"}');
    const { status, body } = await target.get('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'healthy',
      users_count: 6,
      version: expect.any(String),
      uptime_seconds: expect.any(Number),
    });
    expect(Math.abs(Date.parse(body.timestamp) - Date.now())).toBeLessThan(60_000);
    expect(body.active_connections).toBeGreaterThan(0);
    expect(await target.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });
});

describe('metrics', () => {
  test('count API requests, successes and errors exactly, and neither /metrics nor /health', async () => {
    target = await RunningTarget.start();
    const names = [
      'app_requests_total',
      'app_requests_success_total',
      'app_requests_error_total',
      'app_response_time_seconds_count',
    ];
    const read = () => Promise.all(names.map((name) => target!.metric(name)));
    const before = await read();
    await target.get('/');
    await target.get('/users');
    await target.get('/users/999');
    await target.post('/users', '{}');
    await target.get('/unknown');
    await target.get('/health');
    await target.get('/health/ready');
    await target.get('/metrics?x=1');
    await target.get('/metricsfoo');
    // The last answer is on the wire a moment before its hook has run.
    await target.get('/health');
    const growth = (await read()).map((value, i) => value - before[i]!);
    expect(growth).toEqual([6, 2, 4, 6]);
  });

  test('are served in Prometheus’ format under the agreed names, the histogram with buckets', async () => {
    target = await RunningTarget.start({ TARGET_LIST_DELAY_MS: '20' });
    await target.get('/users');
    const { status, type, body } = await target.get('/metrics');
    expect(status).toBe(200);
    expect(type).toContain('text/plain');
    for (const [name, kind] of [
      ['app_health_status', 'gauge'],
      ['app_requests_total', 'counter'],
      ['app_requests_success_total', 'counter'],
      ['app_requests_error_total', 'counter'],
      ['app_response_time_avg', 'gauge'],
      ['app_active_connections', 'gauge'],
      ['app_users_count', 'gauge'],
      ['app_response_time_seconds', 'histogram'],
      ['process_cpu_user_seconds_total', 'counter'],
    ] as const) {
      expect(body).toContain(`# TYPE ${name} ${kind}\n`);
    }
    expect(body).toMatch(/^app_response_time_seconds_bucket\{le="0\.3"\} \d+$/m);
    expect(await target.metric('app_health_status')).toBe(1);
    expect(await target.metric('app_users_count')).toBe(5);
    expect(await target.metric('app_active_connections')).toBeGreaterThan(0);
    expect(await target.metric('app_response_time_avg')).toBeGreaterThan(0.015);
  });
});

describe('request logging', () => {
  const remember = () => {
    const lines: Record<string, unknown>[] = [];
    const note = (facts: object, message: string) => void (message === 'request' && lines.push({ ...facts }));
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    return { lines, logger };
  };

  test('tells method, url, status, duration and size of every request when asked to', async () => {
    const { lines, logger } = remember();
    target = await RunningTarget.start({ TARGET_LOG_REQUESTS: '1' }, logger);
    await target.get('/users/999?x=1');
    await target.get('/health');
    expect(lines[0]).toEqual({
      method: 'GET',
      url: '/users/999?x=1',
      status: 404,
      durationMs: expect.any(Number),
      bytes: 39,
    });
  });

  test.each([
    ['it is off', { TARGET_LOG_REQUESTS: '0' }],
    ['the level is above info', { LOADSTAR_LOG_LEVEL: 'warn' }],
  ])('is silent when %s', async (_when, environment) => {
    const { lines, logger } = remember();
    target = await RunningTarget.start(environment, logger);
    await target.get('/');
    await target.get('/');
    expect(lines).toEqual([]);
  });
});

describe('start and stop', () => {
  test('a port in use is told as such, with the way out', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    );
    try {
      await expect(RunningTarget.start({ TARGET_PORT: String(port) })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        message: expect.stringContaining(`Port ${port}, wanted by the target, is in use.`),
        hint: expect.stringContaining('TARGET_PORT'),
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('a stop answers what has begun, and then nothing more', async () => {
    const stopping = await RunningTarget.start();
    const slow = stopping.get('/users?delay_ms=150');
    while ((await stopping.metric('app_active_connections')) < 2) await new Promise((resolve) => setImmediate(resolve));
    await stopping.close();
    expect((await slow).status).toBe(200);
    await expect(stopping.get('/')).rejects.toThrow();
  });

  test.each([
    [{ TARGET_LIST_DELAY_MS: 'fast' }, 'TARGET_LIST_DELAY_MS'],
    [{ TARGET_ERROR_RATE: '2' }, 'TARGET_ERROR_RATE'],
    [{ TARGET_PORT: '99999' }, 'TARGET_PORT'],
    [{ TARGET_LOG_REQUESTS: 'maybe' }, 'TARGET_LOG_REQUESTS'],
  ])('settings such as %p are refused by name', async (environment, name) => {
    await expect(RunningTarget.start(environment as unknown as Record<string, string>)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining(name),
    });
  });
});
