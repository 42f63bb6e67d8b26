/** Chooses where jobs are kept, by the settings. A master without Redis does not even load what talks to it. */
import type { Clock, Logger } from '@loadstar/shared';
import type { FastifyPluginAsync } from 'fastify';
import type { Gatekeeper } from '../auth/gatekeeper.js';
import type { QueueSettings } from '../config/queue-settings.js';
import { InProcessQueue } from './in-process-queue.js';
import type { QueuePort } from './queue-port.js';

/** Jobs beside waiting runs that may be held at once: runs that are going, and the times of schedules. */
const furtherJobs = 1_000;

export interface OpenedQueue {
  readonly port: QueuePort;
  /** Makes the page that shows the jobs, where there is one. */
  readonly board?: (gatekeeper: Gatekeeper) => FastifyPluginAsync;
}

export async function openQueuePort(settings: QueueSettings, clock: Clock, logger: Logger): Promise<OpenedQueue> {
  const { redisUrl: url, limit } = settings;
  if (url === undefined) return { port: new InProcessQueue(clock, logger) };
  const [{ BullQueue }, { queueBoard }] = await Promise.all([import('./bull-queue.js'), import('./queue-board.js')]);
  const port = new BullQueue({ url, clock, logger, held: limit + furtherJobs });
  return { port, board: (gatekeeper) => queueBoard(port, gatekeeper) };
}
