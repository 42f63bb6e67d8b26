import type { Logger } from '@loadstar/shared';
import { encodeSnapshot, type RunStats, type SnapshotHeader } from '@loadstar/stats';
import { messageLimits } from '../messages/limits.js';
import { snapshotAnswer, snapshotMessage } from '../messages/reports.js';
import type { Delivery } from '../session/snapshot-outbox.js';
import { splitBytes } from '../transfer/parts.js';
import { ChannelError } from '../transport/port.js';
import type { MasterConnection } from './master-connection.js';

/** Problems that sending the same snapshot again cannot cure. */
const finalProblems: ReadonlySet<string> = new Set(['MALFORMED_MESSAGE', 'NOT_FOUND']);

/** Sends one snapshot, in parts when it is large, and learns whether the master has it in its ledger. Never throws. */
export async function deliverSnapshot(
  connection: MasterConnection,
  logger: Logger,
  header: SnapshotHeader,
  stats: RunStats,
): Promise<Delivery> {
  if (!connection.isJoined) return 'unsent';
  const { seq } = header;
  try {
    const parts = splitBytes(encodeSnapshot(header, stats));
    if (parts.length > messageLimits.snapshotParts) {
      logger.error({ seq, parts: parts.length }, 'a snapshot is too large to be sent');
      return 'refused';
    }
    for (const [part, bytes] of parts.entries()) {
      const message = { seq, part, parts: parts.length, bytes };
      const answer = snapshotAnswer.parse(await connection.request(snapshotMessage.name, message));
      if (!('problem' in answer)) continue;
      logger.warn({ seq, code: answer.problem.code }, 'the master did not take a snapshot');
      return finalProblems.has(answer.problem.code) ? 'refused' : 'retry';
    }
    return 'taken';
  } catch (error) {
    // No answer: it may have arrived or not, which makes no difference when it is sent again.
    if (!(error instanceof ChannelError)) logger.error({ err: error }, 'a snapshot could not be delivered');
    return 'retry';
  }
}
