/**
 * Which tokens were right from which address. Somebody who guesses makes an address suspect, and then no token counts there
 * that is new to it; those that work there already go on. Holds digests, and a bounded number of them.
 */
import type { Clock } from '@loadstar/shared';
import { digest } from './same-secret.js';

/** Half a day after it was shown last, a token is new to the address again. */
const rememberedMs = 12 * 3_600_000;
/** Beyond it the one that was shown longest ago goes first. */
const maxKnown = 10_000;

export class KnownCallers {
  /** Monotonic time until which each is known, oldest first. */
  readonly #untilMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  has(address: string, token: string): boolean {
    const untilMs = this.#untilMs.get(place(address, token));
    return untilMs !== undefined && untilMs > this.clock.nowMs();
  }

  /** To be called for right tokens only. */
  add(address: string, token: string): void {
    const known = place(address, token);
    this.#untilMs.delete(known);
    const oldest = this.#untilMs.keys().next();
    if (this.#untilMs.size >= maxKnown && !oldest.done) this.#untilMs.delete(oldest.value);
    this.#untilMs.set(known, this.clock.nowMs() + rememberedMs);
  }
}

const place = (address: string, token: string): string => `${address} ${digest(token).toString('base64')}`;
