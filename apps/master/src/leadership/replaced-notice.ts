/**
 * A new leader tells the one before it. The store would too, but not one that is cut off from the store alone: it would
 * keep its workers, and the new leader would wait for them in vain. Believed is who shows the secret of the term that is
 * over, because it stands in the store and nowhere else: no worker, and no scenario on one, can depose a leader.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '@loadstar/shared';
import { bearerToken } from '../auth/credentials.js';
import { sameSecret } from '../auth/same-secret.js';
import type { Predecessor } from './leadership.js';

export const noticePath = '/standby/replaced';
const answerMs = 2_000;

/** Never throws. */
export async function tellReplaced({ url, key }: Predecessor, logger: Logger): Promise<void> {
  try {
    await fetch(new URL(noticePath, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(answerMs),
    });
  } catch {
    // As a rule it is gone, which is why there is a new one.
    logger.debug({ url }, 'the master before does not answer');
  }
}

/** @param key secret of this master's own term; undefined when it never led, and then nothing is believed */
export function isNotice(headers: IncomingHttpHeaders, key: string | undefined): boolean {
  return sameSecret(bearerToken(headers), key);
}
