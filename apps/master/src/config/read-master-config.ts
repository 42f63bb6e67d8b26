/** Turns environment variables into the master's settings, once, with every mistake reported at once. */
import { resolve } from 'node:path';
import {
  accessTokensForm,
  LoadstarError,
  minTokenLength,
  newId,
  parseAccessTokens,
  parseRunTime,
  readConfig,
  setting,
} from '@loadstar/shared';
import { z } from 'zod';
import type { AuthSettings, AuthToken, MasterConfig } from './master-config.js';
import { readNetwork } from '../auth/client-addresses.js';
import { isLoopback } from './loopback.js';
import { queueSettings, queueVariables } from './queue-settings.js';
import { timingSettings, timingVariables } from './timing-settings.js';

const list = () =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );

const networks = () =>
  list().refine(
    (entries) => entries.every((entry) => readNetwork(entry) !== undefined),
    'addresses or CIDR blocks with commas between, such as 10.0.0.5,172.16.0.0/12',
  );

/** Length of a generated secret, in characters of 5 bits: 160 bits. */
const secretLength = 32;

const tokens = () =>
  z
    .string()
    .default('')
    .transform((text, context): AuthToken[] =>
      parseAccessTokens(text).map((entry) => {
        if (entry) return entry;
        context.addIssue(accessTokensForm);
        return z.NEVER;
      }),
    );

/**
 * Every variable the master reads. `LOADSTAR_PORT` 0..65535, default 8089 · `LOADSTAR_BIND` address, default loopback ·
 * `LOADSTAR_ADVERTISE_URL` where other masters of the same store reach this one, default by host name and port ·
 * `LOADSTAR_JOIN_TOKEN` secret of the workers, generated when unset · `LOADSTAR_AUTH` auto (default: open on loopback, tokens when
 * bound wider), on or off · `DATABASE_URL` PostgreSQL to keep runs in instead of a file in `LOADSTAR_DATA_DIR` · `LOADSTAR_KEEP_DAYS`
 * and `LOADSTAR_KEEP_MB` bounds of what is kept of ended runs, default 90 days and 2048 MB, 0 without bound · `LOADSTAR_TOKENS` list of role:token or role@owner:token · `LOADSTAR_ALLOWED_HOSTS` further names for the Host header ·
 * `LOADSTAR_TRUSTED_PROXIES` addresses or CIDR blocks of proxies whose `X-Forwarded-For` is believed, default none.
 */
export const masterConfigSchema = z.object({
  LOADSTAR_PORT: setting.port(8089),
  LOADSTAR_BIND: setting.text('127.0.0.1'),
  LOADSTAR_ADVERTISE_URL: z
    .string()
    .optional()
    .refine(
      (text) => text === undefined || /^http:\/\/[^/\s]+$/.test(text),
      'a base URL such as http://master-1:8089, without a path',
    ),
  LOADSTAR_JOIN_TOKEN: z.string().min(minTokenLength, `at least ${minTokenLength} characters`).optional(),
  LOADSTAR_SCENARIOS_DIR: setting.text('scenarios'),
  LOADSTAR_SCENARIO: setting.text('simple-load.ts'),
  LOADSTAR_MAX_USERS: setting.integer(100_000, 1, 10_000_000),
  LOADSTAR_MAX_RATE: setting.optionalNumber(0.001, 1e9),
  LOADSTAR_ALLOWED_TARGETS: list(),
  LOADSTAR_STOP_TIMEOUT_MS: z.coerce.number('a whole number 0..3600000').int().min(0).max(3_600_000).optional(),
  LOADSTAR_IDENTIFY: setting.flag(false),
  LOADSTAR_TRACE_SAMPLING: z.coerce.number('a share 0..1').min(0).max(1).optional(),
  LOADSTAR_DATA_DIR: setting.text('.loadstar'),
  DATABASE_URL: z
    .string()
    .optional()
    .refine(
      (text) => text === undefined || /^postgres(ql)?:\/\/\S+$/.test(text),
      'a PostgreSQL URL such as postgres://user:password@host:5432/database',
    ),
  LOADSTAR_KEEP_DAYS: setting.integer(90, 0, 36_500),
  LOADSTAR_KEEP_MB: setting.integer(2_048, 0, 10_000_000),
  ...queueVariables,
  ...timingVariables,
  LOADSTAR_LOG_LEVEL: setting.logLevel(),
  LOADSTAR_LOG_PRETTY: setting.flag(false),
  LOADSTAR_AUTH: z.enum(['auto', 'on', 'off'], 'one of auto, on, off').default('auto'),
  LOADSTAR_TOKENS: tokens(),
  LOADSTAR_ALLOWED_HOSTS: list(),
  LOADSTAR_TRUSTED_PROXIES: networks(),
  LOCUST_HOST: z
    .string()
    .default('http://localhost:5001')
    .refine((text) => /^https?:\/\/[^/\s]+/.test(text), 'a base URL with scheme, such as http://localhost:5001'),
  LOCUST_USERS: setting.integer(10, 1, 10_000_000),
  LOCUST_SPAWN_RATE: setting.number(2, 0.001, 1_000_000),
  LOCUST_RUN_TIME: z
    .string()
    .optional()
    .refine((text) => text === undefined || parseRunTime(text) !== undefined, 'a time such as 20, 20s, 3m, 2h, 1h20m'),
});

/** @throws LoadstarError INVALID_CONFIG naming each variable and what it may be */
export function readMasterConfig(source: Readonly<Record<string, string | undefined>>): MasterConfig {
  const read = readConfig(masterConfigSchema, source);
  if (read.LOCUST_USERS > read.LOADSTAR_MAX_USERS) {
    const problem = `at most LOADSTAR_MAX_USERS (${read.LOADSTAR_MAX_USERS})`;
    throw new LoadstarError('INVALID_CONFIG', { detail: `LOCUST_USERS: ${problem}` }, [
      { field: 'LOCUST_USERS', problem },
    ]);
  }
  return {
    port: read.LOADSTAR_PORT,
    bind: read.LOADSTAR_BIND,
    advertiseUrl: read.LOADSTAR_ADVERTISE_URL,
    joinToken: read.LOADSTAR_JOIN_TOKEN ?? newId(secretLength),
    joinTokenGenerated: read.LOADSTAR_JOIN_TOKEN === undefined,
    scenariosDir: resolve(read.LOADSTAR_SCENARIOS_DIR),
    defaultScenario: read.LOADSTAR_SCENARIO,
    defaultHost: read.LOCUST_HOST,
    defaultHostGiven: (source['LOCUST_HOST'] ?? '') !== '',
    defaultUsers: read.LOCUST_USERS,
    defaultSpawnRate: read.LOCUST_SPAWN_RATE,
    defaultRunTimeSeconds: read.LOCUST_RUN_TIME === undefined ? undefined : parseRunTime(read.LOCUST_RUN_TIME),
    maxUsers: read.LOADSTAR_MAX_USERS,
    maxRate: read.LOADSTAR_MAX_RATE,
    allowedTargets: read.LOADSTAR_ALLOWED_TARGETS,
    stopTimeoutMs: read.LOADSTAR_STOP_TIMEOUT_MS,
    identify: read.LOADSTAR_IDENTIFY,
    traceSampling: read.LOADSTAR_TRACE_SAMPLING,
    dataDir: resolve(read.LOADSTAR_DATA_DIR),
    databaseUrl: read.DATABASE_URL,
    keepDays: read.LOADSTAR_KEEP_DAYS,
    keepMegabytes: read.LOADSTAR_KEEP_MB,
    queue: queueSettings(read),
    timings: timingSettings(read),
    logLevel: read.LOADSTAR_LOG_LEVEL,
    logPretty: read.LOADSTAR_LOG_PRETTY,
    auth: authSettings(read),
    trustedProxies: read.LOADSTAR_TRUSTED_PROXIES,
  };
}

/** Closed by default as soon as others can reach the port; `off` has to be said in so many words. */
function authSettings(read: z.output<typeof masterConfigSchema>): AuthSettings {
  const allowedHosts = read.LOADSTAR_ALLOWED_HOSTS;
  const given = read.LOADSTAR_TOKENS;
  const wanted = read.LOADSTAR_AUTH === 'on' || given.length > 0 || !isLoopback(read.LOADSTAR_BIND);
  if (read.LOADSTAR_AUTH === 'off' || !wanted) return { mode: 'open', tokens: [], generated: false, allowedHosts };
  if (given.length > 0) return { mode: 'tokens', tokens: given, generated: false, allowedHosts };
  return { mode: 'tokens', tokens: [{ role: 'admin', token: newId(secretLength) }], generated: true, allowedHosts };
}
