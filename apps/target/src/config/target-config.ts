import { setting } from '@loadstar/shared';
import { z } from 'zod';
import { delayForm, parseDelayRange } from './delay-range.js';

const delay = (value: string) =>
  z
    .string()
    .default(value)
    .transform((text, context) => {
      const range = parseDelayRange(text);
      if (range) return range;
      context.addIssue({ code: 'custom', message: delayForm });
      return z.NEVER;
    });

/** Settings of the sample target, by environment variable. */
export const targetConfigSchema = z.object({
  /** Port to listen on; 0 takes any free one. */
  TARGET_PORT: setting.port(5001),
  /** Address to bind; loopback unless told otherwise. */
  TARGET_HOST: setting.text('127.0.0.1'),
  /** Simulated work of `GET /users`, milliseconds. */
  TARGET_LIST_DELAY_MS: delay('50-100'),
  /** Simulated work of `GET /users/:id`, milliseconds. */
  TARGET_GET_DELAY_MS: delay('50-200'),
  /** Simulated work of `POST /users`, milliseconds. */
  TARGET_CREATE_DELAY_MS: delay('100-300'),
  /** Simulated work of `GET /`, milliseconds. */
  TARGET_WELCOME_DELAY_MS: delay('0'),
  /** Share of API requests that are answered with an injected fault, 0..1. */
  TARGET_ERROR_RATE: setting.number(0, 0, 1),
  /** Status of injected faults where the request names none, 400..599. */
  TARGET_ERROR_STATUS: setting.integer(503, 400, 599),
  /** Requests per second that the API answers; those beyond it get 429 at once. 0: no limit. */
  TARGET_RATE_LIMIT: setting.number(0, 0, 10_000_000),
  /** Users kept in memory; beyond it the oldest created ones are forgotten. */
  TARGET_MAX_USERS: setting.integer(100_000, 5, 10_000_000),
  /**
   * Which requests are logged: `sampled` at most ten a second, with the number left out; `1` all; `0` none. Lines are of
   * level info, so a level above it silences them at no cost.
   */
  TARGET_LOG_REQUESTS: z.enum(['0', '1', 'sampled'], 'one of 0, 1, sampled').default('sampled'),
  /** Remember which (run, worker, sequence) asked, and answer on `/witness`. For tests. */
  TARGET_WITNESS: setting.flag(false),
  LOADSTAR_LOG_LEVEL: setting.logLevel(),
  LOADSTAR_LOG_PRETTY: setting.flag(false),
});

export type TargetConfig = z.output<typeof targetConfigSchema>;
