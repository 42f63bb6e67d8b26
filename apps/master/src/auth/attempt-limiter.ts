/** Counts events per address in windows of one minute, with bounded memory. One counter serves calls, another failed logins. */
import type { Clock } from '@loadstar/shared';

const windowMs = 60_000;
/** Addresses remembered at once; beyond it the oldest windows go first. */
const maxAddresses = 10_000;

export class AttemptLimiter {
  readonly #windows = new Map<string, { startMs: number; count: number }>();

  /** @param limit events an address may have per minute, at least 1 */
  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
  ) {}

  /** Whether the address has used up this minute's events. */
  exhausted(address: string): boolean {
    return (this.#current(address)?.count ?? 0) >= this.limit;
  }

  /** Counts one event. @returns whether it was still within the limit */
  count(address: string): boolean {
    const current = this.#current(address);
    if (current) return ++current.count <= this.limit;
    if (this.#windows.size >= maxAddresses) this.#forgetOldest();
    this.#windows.set(address, { startMs: this.clock.nowMs(), count: 1 });
    return true;
  }

  #current(address: string): { count: number } | undefined {
    const found = this.#windows.get(address);
    if (!found || this.clock.nowMs() - found.startMs < windowMs) return found;
    this.#windows.delete(address);
    return undefined;
  }

  /** A Map keeps insertion order, and windows are inserted when they start. */
  #forgetOldest(): void {
    const oldest = this.#windows.keys().next();
    if (!oldest.done) this.#windows.delete(oldest.value);
  }
}
