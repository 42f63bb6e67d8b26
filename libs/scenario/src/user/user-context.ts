import type { ParameterValue, SeededRandom } from '@loadstar/shared';
import type { HttpClient } from '../http/http-client.js';
import type { OpenExchange } from './exchange.js';

/**
 * What an engine gives to one virtual user. It is the only way a scenario reaches the outside, so this library does no
 * I/O of its own and a test can drive any user with a virtual clock and a pretended client.
 */
export interface UserContext {
  /** Number of this user in the whole run, from 0, unique over all workers. */
  readonly id: number;
  /** Base URL of the run, without a slash at the end. */
  readonly host: string;
  /** The user's own stream: equal seeds give equal choices whatever the number of workers. */
  readonly random: SeededRandom;
  /** The user's own client: own connections, own cookies. */
  readonly http: HttpClient;
  /** What `setup()` returned, or undefined. */
  readonly data: unknown;
  /** `env` of the scenario that the user belongs to; empty without scenarios. */
  readonly env: Readonly<Record<string, string>>;
  /** Values of the file's parameters in this run. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Monotonic time in milliseconds. */
  nowMs(): number;
  /** Resolves after `seconds` of the engine's clock; a stop of the run may end it early. */
  sleep(seconds: number): Promise<void>;
  /** Counts one evaluation of a check. */
  recordCheck(name: string, passed: boolean): void;
  /** Begins an exchange of a protocol other than HTTP; see `ProtocolUser`. */
  beginExchange(method: string, name: string): OpenExchange;
  /** While the run is paused: resolves when it goes on. undefined: it is not paused. */
  standstill?(): Promise<void> | undefined;
  /** The next task starts later than its pacing wanted; the delay counts into the response time of its first request. */
  slipped?(lateMs: number): void;
}
