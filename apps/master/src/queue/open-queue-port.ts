/** Chooses where jobs are kept, by the settings. */
import type { Clock, Logger } from '@loadstar/shared';
import type { QueueSettings } from '../config/queue-settings.js';
import { BullQueue } from './bull-queue.js';
import { InProcessQueue } from './in-process-queue.js';
import type { QueuePort } from './queue-port.js';

/** Jobs beside waiting runs that may be held at once: runs that are going, and the times of schedules. */
const furtherJobs = 1_000;

export function openQueuePort({ redisUrl: url, limit }: QueueSettings, clock: Clock, logger: Logger): QueuePort {
  if (url === undefined) return new InProcessQueue(clock, logger);
  return new BullQueue({ url, clock, logger, held: limit + furtherJobs });
}
