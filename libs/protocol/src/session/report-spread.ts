import type { Share } from '@loadstar/shared';

/** What one worker takes of the second, and the most that all of them take together, milliseconds. */
const eachMs = 0.8;
const mostMs = 800;

/**
 * When in a second a worker tells its numbers: the workers of a run have theirs at the same moment, and a master to which
 * a thousand tell them at that moment is busy for half a second and idle for the rest of it.
 * @returns milliseconds after it has them; even over the workers of a run, and next to nothing for a few
 */
export function reportDelayMs(share: Share | undefined): number {
  return share === undefined ? 0 : (Math.min(mostMs, eachMs * share.of) * share.index) / share.of;
}
