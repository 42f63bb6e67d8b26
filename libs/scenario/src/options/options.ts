import type { Duration, LoadScenario } from './executors.js';

/**
 * One pass/fail condition: a text such as `p95<500`, `p95<500 over 30s`, `99% of seconds p95<500` or
 * `p95<baseline*1.1`; or k6's form with it, that ends the run when the condition fails.
 */
export type ThresholdRule =
  | string
  | {
      readonly threshold: string;
      /** End the run as soon as the condition fails. Default false. */
      readonly abortOnFail?: boolean;
      /** Not before this much of the run has passed: whole seconds, as a number or a text. Default 0. */
      readonly delayAbortEval?: Duration;
    };

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
   * milliseconds, `request_failed`, `requests`, `iterations`, `checks` and more. A rule without data fails.
   */
  readonly thresholds?: Readonly<Record<string, ThresholdRule | readonly ThresholdRule[]>>;
  /**
   * Seconds that running tasks may take to end after a stop, 0..3600; what is left then is interrupted. Default 5. Whoever
   * starts runs may say otherwise: `--stop-timeout`, `LOADSTAR_STOP_TIMEOUT_MS` of a master.
   */
  readonly stopTimeoutSeconds?: number;
  /** Run only tasks with one of these tags. Default: all. */
  readonly tags?: readonly string[];
  /** Leave out tasks with one of these tags. Default: none. */
  readonly excludeTags?: readonly string[];
  /** Load plans by name, instead of users and spawn rate. */
  readonly scenarios?: Readonly<Record<string, LoadScenario>>;
}
