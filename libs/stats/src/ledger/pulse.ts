/**
 * What one sender of snapshots did lately, so that it can be said how much it can have done without telling when it ends
 * without a word.
 */
import type { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from '../snapshot/header.js';

/** Seconds whose highest rate is taken: long enough to outlast one in which the sender was starved. */
const pulseLength = 10;
/** A difference over a shorter time says nothing of a rate, milliseconds. */
const shortestMs = 100;

export class Pulse {
  /** Requests per second between the last few snapshots. */
  private rates: number[] = [];
  private usersNow = 0;
  private inFlightNow = 0;

  /** Users that it had, or was about to have, at its last snapshot. */
  get users(): number {
    return this.usersNow;
  }

  /** Whether it was ever seen at work for long enough to tell a rate. */
  get hasRate(): boolean {
    return this.rates.length > 0;
  }

  /** Attempts begun and not ended at its last snapshot. */
  get inFlight(): number {
    return this.inFlightNow;
  }

  /**
   * Takes note of a snapshot.
   * @param inFlight attempts that it had begun and not ended
   * @param delta what is new in it, over `ms` milliseconds of run time
   * @returns requests per second in that time; undefined when it was too short to tell
   */
  beat(header: SnapshotHeader, inFlight: number, delta: RunStats, ms: number): number | undefined {
    this.usersNow = Math.max(header.users, header.targetUsers);
    this.inFlightNow = inFlight;
    if (ms < shortestMs) return undefined;
    let ended = 0;
    for (const series of delta.allSeries()) ended += series.requests;
    const rate = (ended * 1000) / ms;
    this.rates = [...this.rates, rate].slice(-pulseLength);
    return rate;
  }

  /**
   * Most requests that can have arrived since its last snapshot without being counted, see `mostHidden`.
   * @param ratePerUser requests per second and user elsewhere in the run, because it may have just got its users; or 0
   */
  mostHidden(hiddenMs: number, ratePerUser: number): number {
    const rate = Math.max(this.usersNow * ratePerUser, ...this.rates, 0);
    return mostHidden(rate, hiddenMs, this.inFlightNow, this.usersNow);
  }
}

/**
 * Most requests that a sender can have made in a time that nobody heard of: those under way at its beginning, the rate
 * times the time, and one more a user, or a second's worth where that is less, because users may act in step.
 * @param rate requests per second
 */
export function mostHidden(rate: number, hiddenMs: number, inFlight: number, users: number): number {
  return Math.ceil((rate * Math.max(0, hiddenMs)) / 1000) + inFlight + Math.min(users, Math.ceil(rate));
}
