import { LoadstarError } from '@loadstar/shared';
import { isLoopback } from './loopback.js';
import { defaultQueueSettings } from './queue-settings.js';
import { readMasterConfig } from './read-master-config.js';

describe('master configuration', () => {
  it('needs nothing: loopback, port 8089, open, with a join token of its own', () => {
    const config = readMasterConfig({});
    expect(config).toMatchObject({
      port: 8089,
      bind: '127.0.0.1',
      defaultHost: 'http://localhost:5001',
      defaultHostGiven: false,
      defaultScenario: 'simple-load.ts',
      defaultRunTimeSeconds: undefined,
      joinTokenGenerated: true,
      auth: { mode: 'open' },
    });
    expect(config.joinToken).toHaveLength(32);
    expect(readMasterConfig({}).joinToken).not.toBe(config.joinToken);
  });

  it('reads the LOCUST_ form defaults', () => {
    const config = readMasterConfig({
      LOCUST_HOST: 'http://a:1',
      LOCUST_USERS: '7',
      LOCUST_SPAWN_RATE: '0.5',
      LOCUST_RUN_TIME: '1h20m',
    });
    expect(config).toMatchObject({
      defaultHost: 'http://a:1',
      defaultHostGiven: true,
      defaultUsers: 7,
      defaultSpawnRate: 0.5,
      defaultRunTimeSeconds: 4800,
    });
  });

  it('leaves the stop timeout to scenarios unless one is set', () => {
    expect(readMasterConfig({}).stopTimeoutMs).toBeUndefined();
    expect(readMasterConfig({ LOADSTAR_STOP_TIMEOUT_MS: '0' }).stopTimeoutMs).toBe(0);
    expect(() => readMasterConfig({ LOADSTAR_STOP_TIMEOUT_MS: '1.5' })).toThrow('LOADSTAR_STOP_TIMEOUT_MS');
  });

  it('names every wrong variable and repeats no value', () => {
    const source = {
      LOADSTAR_PORT: '99999',
      LOCUST_RUN_TIME: 'soon',
      LOADSTAR_TOKENS: 'root:topsecret',
      LOCUST_HOST: 'nohost',
    };
    let caught: unknown;
    try {
      readMasterConfig(source);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(LoadstarError);
    const { fields, message } = caught as LoadstarError;
    expect(fields.map(({ field }) => field).sort()).toEqual(
      expect.arrayContaining(['LOADSTAR_PORT', 'LOCUST_HOST', 'LOCUST_RUN_TIME']),
    );
    expect(fields.some(({ field }) => field.startsWith('LOADSTAR_TOKENS'))).toBe(true);
    expect(message).not.toMatch(/topsecret|nohost|soon/);
  });

  it('closes as soon as it listens wider than loopback, unless told not to', () => {
    const wide = readMasterConfig({ LOADSTAR_BIND: '0.0.0.0' });
    expect(wide.auth).toMatchObject({ mode: 'tokens', generated: true });
    expect(wide.auth.tokens).toHaveLength(1);
    expect(readMasterConfig({ LOADSTAR_BIND: '0.0.0.0', LOADSTAR_AUTH: 'off' }).auth.mode).toBe('open');
    expect(readMasterConfig({ LOADSTAR_AUTH: 'on' }).auth.mode).toBe('tokens');
    expect(readMasterConfig({ LOADSTAR_TOKENS: 'viewer:12345678, admin:abcdefgh' }).auth).toEqual({
      mode: 'tokens',
      generated: false,
      allowedHosts: [],
      tokens: [
        { role: 'viewer', token: '12345678' },
        { role: 'admin', token: 'abcdefgh' },
      ],
    });
  });

  it('reads whose a token is', () => {
    expect(readMasterConfig({ LOADSTAR_TOKENS: 'runner@anna:12345678,admin:a@b:c12345' }).auth.tokens).toEqual([
      { role: 'runner', token: '12345678', name: 'anna' },
      { role: 'admin', token: 'a@b:c12345' },
    ]);
  });

  it('reads where jobs are kept, and how many workers it may want', () => {
    expect(readMasterConfig({}).queue).toEqual(defaultQueueSettings);
    const source = { REDIS_URL: 'rediss://:word@redis:6380/2', LOADSTAR_MIN_WORKERS: '5', LOADSTAR_MAX_WORKERS: '3' };
    expect(readMasterConfig(source).queue).toMatchObject({
      redisUrl: source.REDIS_URL,
      scaling: { minWorkers: 5, maxWorkers: 5 },
    });
    expect(() => readMasterConfig({ REDIS_URL: 'localhost:6379' })).toThrow(/REDIS_URL: a Redis URL such as/);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['[::1]', true],
    ['localhost', true],
    ['console.localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
  ])('knows whether %s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
