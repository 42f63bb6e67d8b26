/** Connections to Redis: their options, and one line in the log when it goes away and when it is back. */
import { type Logger } from '@loadstar/shared';
import { Redis, type RedisOptions } from 'ioredis';

/** Longest pause between attempts to connect, milliseconds; short, because everything comes back with it. */
const longestPauseMs = 1_000;
/** A producer waits this long for an answer before it refuses, milliseconds. */
const answerMs = 2_000;

const common: RedisOptions = {
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), longestPauseMs),
  connectTimeout: 2_000,
  enableReadyCheck: true,
  connectionName: 'loadstar',
};

/**
 * For callers who wait for an answer: without a connection a command fails at once instead of waiting for one.
 * @param url redis:// or rediss:// with optional user, password and database number
 */
export function connectProducer(url: string): Redis {
  return new Redis(url, { ...common, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: answerMs });
}

/** For the side that waits for jobs, which has all the time in the world; BullMQ insists on null. */
export function connectConsumer(url: string): Redis {
  return new Redis(url, { ...common, maxRetriesPerRequest: null });
}

/** Logs the moments of losing and regaining Redis, once each. The URL holds the password, so it is never logged. */
export function logOutages(redis: Redis, logger: Logger): void {
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway) {
      logger.warn(
        { detail: error.message },
        'Redis is away: no run can be queued; runs that are going are not affected',
      );
    }
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) logger.info({}, 'Redis is back');
    isAway = false;
  });
}
