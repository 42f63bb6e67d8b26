/**
 * The master's settings as the rest of the app sees them: typed, complete and read once. `read-master-config.ts` makes
 * them from the environment; tests make them by hand.
 */
import type { AccessRole, AccessToken, LogLevel } from '@loadstar/shared';
import type { QueueSettings } from './queue-settings.js';
import type { TimingSettings } from './timing-settings.js';

export type Role = AccessRole;
export type AuthToken = AccessToken;

export interface AuthSettings {
  /** `open`: everybody who reaches the port is admin. `tokens`: every call but health needs one. */
  readonly mode: 'open' | 'tokens';
  readonly tokens: readonly AuthToken[];
  /** Whether the only token was made at this start, because none was given. It is then printed once. */
  readonly generated: boolean;
  /** Names, besides loopback ones and the bind address, that the Host header may carry when mode is `open` on loopback. */
  readonly allowedHosts: readonly string[];
}

export abstract class MasterConfig {
  /** Port of the console, the API and the workers' channel; 0 takes any free one. */
  abstract readonly port: number;
  /** Address that the port is bound to. */
  abstract readonly bind: string;
  /** Where other masters of the same store reach this one; undefined finds out. */
  readonly advertiseUrl?: string | undefined;
  /** Shared secret that a worker shows when it joins. */
  abstract readonly joinToken: string;
  /** Whether `joinToken` was made at this start, because none was given. */
  abstract readonly joinTokenGenerated: boolean;
  /** Folder of the scenario files. */
  abstract readonly scenariosDir: string;
  /** File name of the scenario that a start without one uses. */
  abstract readonly defaultScenario: string;
  /** Base URL that the start form is filled with, and that a start without a host uses. */
  abstract readonly defaultHost: string;
  /** Whether somebody set `defaultHost`; it then comes before the host that a scenario suggests. */
  readonly defaultHostGiven?: boolean | undefined;
  abstract readonly defaultUsers: number;
  /** Users per second. */
  abstract readonly defaultSpawnRate: number;
  /** Seconds; undefined runs until stopped. */
  abstract readonly defaultRunTimeSeconds: number | undefined;
  /** Most users of one run. */
  abstract readonly maxUsers: number;
  /** Most arrivals per second of one run, all open scenarios together; left out: any. */
  readonly maxRate?: number | undefined;
  /** Host names, addresses or CIDR blocks that load may go to; empty allows all but what is always refused. */
  abstract readonly allowedTargets: readonly string[];
  /** Milliseconds that iterations may take to end after a stop, also where a scenario says otherwise; undefined: as it says. */
  abstract readonly stopTimeoutMs: number | undefined;
  /** Whether every request carries run, worker and sequence in headers. */
  abstract readonly identify: boolean;
  /** Share of the requests whose trace systems under test are asked to record, 0..1; undefined: no trace context. */
  abstract readonly traceSampling: number | undefined;
  /** Folder for what the master keeps on disk. */
  abstract readonly dataDir: string;
  /** PostgreSQL to keep runs in; undefined keeps them in a file in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  /** Days after which runs that have ended are forgotten; 0 keeps them. */
  readonly keepDays?: number;
  /** Megabytes that ended runs may take before the oldest are forgotten; 0 is without bound. */
  readonly keepMegabytes?: number;
  /** Left out, jobs are kept in this process. */
  readonly queue?: QueueSettings;
  /** Left out, the usual ones. */
  readonly timings?: TimingSettings;
  abstract readonly logLevel: LogLevel;
  /** Readable log lines instead of JSON. */
  abstract readonly logPretty?: boolean;
  abstract readonly auth: AuthSettings;
  /** Addresses or CIDR blocks of proxies whose word of whom a call is from is taken; left out, none. */
  readonly trustedProxies?: readonly string[];
}
