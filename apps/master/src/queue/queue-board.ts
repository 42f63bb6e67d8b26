/**
 * bull-board on `/api/queue-board`, for admins who want to see the jobs as Redis has them. It only shows: a job says no
 * more than whose turn to look after, and what it stands for is changed through the runs.
 */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { LoadstarError, toProblem } from '@loadstar/shared';
import type { FastifyPluginAsync } from 'fastify';
import type { Gatekeeper } from '../auth/gatekeeper.js';
import type { BullQueue } from './bull-queue.js';

export const boardPath = '/api/queue-board';

/** A Fastify plugin that serves the board under `boardPath`. */
export function queueBoard(port: BullQueue, gatekeeper: Gatekeeper): FastifyPluginAsync {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(boardPath);
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Loadstar queue', hideRedisDetails: true } },
  });
  // There is no queue to show before Redis was reached once.
  const show = (): void => {
    if (port.queue) board.setQueues([new BullMQAdapter(port.queue, { readOnlyMode: true })]);
  };
  port.onAvailable(show);
  show();
  // Refusals by our hooks meet bull-board's handler, which knows only its own errors.
  adapter.setErrorHandler((error) => {
    const known = error instanceof LoadstarError ? error : new LoadstarError('INTERNAL');
    return { status: known.entry.status as 500, body: { ...toProblem(known) } };
  });
  const plugin = adapter.registerPlugin();
  return async (fastify) => {
    // Strangers were turned away by the hook that all calls meet; this is no Nest handler, so the guard does not see it.
    fastify.addHook('onRequest', async ({ method, headers }) => {
      const role = gatekeeper.roleOf(headers) ?? 'nobody';
      if (role !== 'admin') throw new LoadstarError('FORBIDDEN', { role, needed: 'admin' });
      if (method !== 'GET') gatekeeper.checkSameSite(headers);
    });
    await fastify.register(plugin, { prefix: boardPath });
  };
}
