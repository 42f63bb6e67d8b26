import type { SeededRandom } from '@loadstar/shared';

/** At most one attempt a second, spread so that a fleet does not come back in one instant. */
export const reconnectMs = { min: 1_000, max: 2_000 } as const;
/** When the master said that there were too many failed logins from this address. */
const blockedMs = 10_000;

/** Spread of the first attempt after a connection was lost: a whole fleet loses its connections in one instant. */
const afterLossMs = 1_000;

/**
 * When to dial again, counted from the beginning of the last attempt, so that slow attempts do not add up with the wait
 * and a link that goes up and down is not dialled more than once a second either.
 * @param before how the last attempt ended: nobody there, too many failed logins, or connected and lost later
 */
export function nextAttemptInMs(
  beganMs: number,
  nowMs: number,
  before: 'failed' | 'blocked' | 'lost',
  random: SeededRandom,
): number {
  const pauseMs = before === 'blocked' ? blockedMs : random.between(reconnectMs.min, reconnectMs.max);
  const spreadMs = before === 'lost' ? random.between(0, afterLossMs) : 0;
  return Math.max(spreadMs, beganMs + pauseMs - nowMs);
}
