import { type Clock, loadstarVersion, type Logger, type SeededRandom } from '@loadstar/shared';
import type { Hello } from '../messages/join.js';
import { byeMessage } from '../messages/liveness.js';
import type { ControlClient } from '../transport/port.js';
import { protocolVersion } from '../version.js';
import { deliverSnapshot } from './deliver-snapshot.js';
import { MasterConnection } from './master-connection.js';
import type { KeptNumbers } from './numbers-keep.js';

export interface KeptDeliveryOptions {
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: SeededRandom;
  readonly joinToken: string;
}

/**
 * Delivers what an earlier life of a worker left behind, in that life's own name and with its secret, because numbers of
 * different incarnations never mix. It joins as one that is leaving, so that nobody gives it work, and says goodbye.
 * @returns what gives up, for the end of the process
 */
export function deliverKept(kept: KeptNumbers, options: KeptDeliveryOptions): () => void {
  const { client, clock, logger, random, joinToken } = options;
  const { header, stats, key } = kept;
  const idle = { cpuPercent: 0, rssBytes: 0, loopLagMs: 0, engines: 1, users: 0 };
  let isSending = false;
  const hello = (): Hello => ({
    token: joinToken,
    protocol: protocolVersion,
    version: loadstarVersion,
    worker: header.worker,
    incarnation: header.incarnation,
    key,
    engines: 1,
    labels: {},
    wallMs: clock.wallMs(),
    run: { runId: header.runId, state: 'draining', share: undefined, elapsedMs: header.elapsedMs },
  });
  const send = async (): Promise<void> => {
    if (isSending || !connection.isJoined) return;
    isSending = true;
    // Whatever that life was doing, it has ended: these are its last numbers.
    const reason = header.reason ?? 'its process ended, and these numbers were kept on disk';
    const last = { ...header, final: true, phase: 'done' as const, users: 0, reason };
    const delivery = await deliverSnapshot(connection, logger, last, stats);
    isSending = false;
    if (delivery === 'retry' || delivery === 'unsent') return;
    const facts = { run: header.runId, worker: header.worker };
    if (delivery === 'taken') {
      logger.info(facts, 'numbers kept on disk were delivered');
      kept.drop();
    } else {
      logger.warn(facts, 'the master does not take numbers kept on disk: they are put aside');
      kept.putAside();
    }
    await connection.request(byeMessage.name, { reason }, 1_000).catch(() => {});
    connection.end();
  };
  const connection: MasterConnection = new MasterConnection({
    client,
    clock,
    logger,
    random,
    hello,
    health: () => idle,
    joined: () => void send(),
    // There is nothing left that could be ordered.
    command: (_name, _payload, reply) => reply({ ok: true }),
    beaten: () => void send(),
    refused: () => true,
  });
  void connection.start();
  return () => connection.end();
}
