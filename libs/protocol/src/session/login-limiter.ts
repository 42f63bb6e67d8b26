const windowMs = 60_000;
const maxAddresses = 10_000;

/**
 * Slows down guessing of the join token: after `limit` failed logins from one address within a minute, nothing that
 * comes from there is even compared until the minute is over.
 */
export class LoginLimiter {
  private readonly failures = new Map<string, number[]>();

  constructor(private readonly limit = 5) {}

  isBlocked(address: string, nowMs: number): boolean {
    return this.recent(address, nowMs).length >= this.limit;
  }

  failed(address: string, nowMs: number): void {
    const recent = this.recent(address, nowMs);
    recent.push(nowMs);
    this.failures.delete(address);
    // Addresses can be made up without end; the oldest is forgotten first.
    if (this.failures.size >= maxAddresses) {
      for (const oldest of this.failures.keys()) {
        this.failures.delete(oldest);
        break;
      }
    }
    this.failures.set(address, recent);
  }

  private recent(address: string, nowMs: number): number[] {
    const recent = (this.failures.get(address) ?? []).filter((atMs) => nowMs - atMs < windowMs);
    if (recent.length === 0) this.failures.delete(address);
    return recent;
  }
}
