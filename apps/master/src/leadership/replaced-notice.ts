/**
 * A new leader tells the one before it. The store would too, but not one that is cut off from the store alone: it would
 * keep its workers, and the new leader would wait for them in vain.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '@loadstar/shared';

export const noticePath = '/standby/replaced';
const epochHeader = 'x-loadstar-epoch';
const answerMs = 2_000;

/** @param joinToken what all masters of a fleet share, and show each other. Never throws */
export async function tellReplaced(url: string, epoch: number, joinToken: string, logger: Logger): Promise<void> {
  try {
    await fetch(new URL(noticePath, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${joinToken}`, [epochHeader]: String(epoch) },
      signal: AbortSignal.timeout(answerMs),
    });
  } catch {
    // As a rule it is gone, which is why there is a new one.
    logger.debug({ url }, 'the master before does not answer');
  }
}

/** @returns the epoch of the master that leads now; undefined when the notice is not one of ours */
export function noticedEpoch(headers: IncomingHttpHeaders, joinToken: string): number | undefined {
  const shown = digest(headers.authorization ?? '');
  if (!timingSafeEqual(shown, digest(`Bearer ${joinToken}`))) return undefined;
  const epoch = Number(headers[epochHeader]);
  return Number.isSafeInteger(epoch) ? epoch : undefined;
}

// Compared as digests, so that neither the length nor the place of the first difference shows in the time it takes.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
