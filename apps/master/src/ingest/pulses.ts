/**
 * What the generators of a run did lately, incarnation by incarnation: enough to bound what one may have kept to itself
 * when it dies.
 */
import { mostHidden, Pulse, type RunStats, type SnapshotHeader } from '@loadstar/stats';

export class Pulses {
  private readonly pulses = new Map<string, Pulse>();
  /** Highest requests per second and user of late, over all incarnations. */
  private ratePerUser = 0;

  /**
   * @param inFlight attempts that it had begun and not ended
   * @param ms run time that the delta covers
   */
  feel(header: SnapshotHeader, inFlight: number, delta: RunStats, ms: number): void {
    this.beat(header, inFlight, delta, ms);
  }

  /** Takes over what another master had seen of an incarnation; of its rate only the mean is known. */
  restore(header: SnapshotHeader, inFlight: number, stats: RunStats): void {
    this.beat(header, inFlight, stats, header.elapsedMs - (header.startedMs ?? 0));
  }

  /**
   * How many requests an incarnation can have made in a time after its last word: what was in flight then, and a rate
   * times that time. The rate is its own highest of late, or what as many users make elsewhere in the run, because it
   * may have just got its users.
   * @param users what it is taken to have when it never said a word
   */
  unreportedAtMost(incarnation: string, hiddenMs: number, users: number): number {
    const pulse = this.pulses.get(incarnation);
    if (pulse) return pulse.mostHidden(hiddenMs, this.ratePerUser);
    return mostHidden(users * this.ratePerUser, hiddenMs, users, users);
  }

  /** Whether neither it nor anybody else in the run was ever seen at work, so that nothing bounds what it kept to itself. */
  isBoundless(incarnation: string): boolean {
    return this.ratePerUser === 0 && !this.pulses.get(incarnation)?.hasRate;
  }

  private beat(header: SnapshotHeader, inFlight: number, delta: RunStats, ms: number): void {
    const pulse = this.pulses.get(header.incarnation) ?? new Pulse();
    this.pulses.set(header.incarnation, pulse);
    const rate = pulse.beat(header, inFlight, delta, ms);
    if (rate === undefined || header.users === 0) return;
    this.ratePerUser = Math.max(0.9 * this.ratePerUser, rate / header.users);
  }
}
