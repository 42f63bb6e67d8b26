import type { LoadScenario } from './executors.js';

/**
 * What a scenario file may export as `options`.
 *
 * ```ts
 * export const options: Options = {
 *   host: 'http://localhost:5001',
 *   thresholds: { 'request_duration{name:/users}': ['p95<500'], request_failed: ['rate<0.05'] },
 * };
 * ```
 */
export interface Options {
  /** Base URL when neither the command nor the form gives one. */
  readonly host?: string;
  /**
   * Pass/fail rules: metric (with a selector in braces, if wanted) to conditions. Metrics: `request_duration` in
   * milliseconds, `request_failed`, `requests`, `iterations`, `checks`. A rule without data fails.
   */
  readonly thresholds?: Readonly<Record<string, string | readonly string[]>>;
  /** Seconds that running tasks may take to end after a stop, 0..3600; what is left then is interrupted. */
  readonly stopTimeoutSeconds?: number;
  /** Run only tasks with one of these tags. Default: all. */
  readonly tags?: readonly string[];
  /** Leave out tasks with one of these tags. Default: none. */
  readonly excludeTags?: readonly string[];
  /** Load plans by name, instead of users and spawn rate. */
  readonly scenarios?: Readonly<Record<string, LoadScenario>>;
}
