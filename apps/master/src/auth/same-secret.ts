/** Compares secrets as digests, so that neither the length nor the place of the first difference shows in the time it takes. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether what was shown is the secret; never when there is no secret, or nothing was shown. */
export function sameSecret(shown: string | undefined, secret: string | undefined): boolean {
  const isSame = timingSafeEqual(digest(shown ?? ''), digest(secret ?? ''));
  return isSame && shown !== undefined && secret !== undefined && secret !== '';
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
