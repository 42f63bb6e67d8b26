/** Settings of the queue and of scaling; part of the master's. */
import { setting } from '@loadstar/shared';
import { z } from 'zod';

export interface QueueSettings {
  /** Redis that holds the jobs, with user, password and database number; undefined keeps them in this process. */
  readonly redisUrl: string | undefined;
  /** Runs that may wait at once. */
  readonly limit: number;
  readonly scaling: {
    /** Users that one worker is meant to run. */
    readonly usersPerWorker: number;
    /** Bounds of the number of workers that the master says it wants. */
    readonly minWorkers: number;
    readonly maxWorkers: number;
  };
}

export const defaultQueueSettings: QueueSettings = {
  redisUrl: undefined,
  limit: 1_000,
  scaling: { usersPerWorker: 1_000, minWorkers: 1, maxWorkers: 100 },
};

const { limit, scaling } = defaultQueueSettings;

/**
 * `REDIS_URL` redis:// or rediss://, unset for none · `LOADSTAR_QUEUE_LIMIT` 1..10000 · `LOADSTAR_USERS_PER_WORKER`,
 * `LOADSTAR_MIN_WORKERS`, `LOADSTAR_MAX_WORKERS`: what an autoscaler is told.
 */
export const queueVariables = {
  REDIS_URL: z
    .string()
    .optional()
    .refine(
      (text) => text === undefined || (/^rediss?:\/\/\S+$/.test(text) && URL.canParse(text)),
      'a Redis URL such as redis://:password@host:6379/0',
    ),
  LOADSTAR_QUEUE_LIMIT: setting.integer(limit, 1, 10_000),
  LOADSTAR_USERS_PER_WORKER: setting.integer(scaling.usersPerWorker, 1, 10_000_000),
  LOADSTAR_MIN_WORKERS: setting.integer(scaling.minWorkers, 0, 10_000),
  LOADSTAR_MAX_WORKERS: setting.integer(scaling.maxWorkers, 1, 10_000),
};

type Read = z.output<z.ZodObject<typeof queueVariables>>;

export function queueSettings(read: Read): QueueSettings {
  return {
    redisUrl: read.REDIS_URL,
    limit: read.LOADSTAR_QUEUE_LIMIT,
    scaling: {
      usersPerWorker: read.LOADSTAR_USERS_PER_WORKER,
      minWorkers: read.LOADSTAR_MIN_WORKERS,
      maxWorkers: Math.max(read.LOADSTAR_MAX_WORKERS, read.LOADSTAR_MIN_WORKERS),
    },
  };
}
