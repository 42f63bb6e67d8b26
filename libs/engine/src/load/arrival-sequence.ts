import type { RateTrack, SeededRandom } from '@loadstar/shared';

/**
 * The arrivals of a whole scenario in order: number and due time of each. It depends on the plan and the seed alone, so
 * every engine goes through the same sequence and starts its own part of it, without a message between them.
 */
export class ArrivalSequence {
  private count = 0;
  /** Place of the next arrival on the track. */
  private place: number;
  private due: number | undefined;

  /** @param random draws the distances of a Poisson process; undefined spaces arrivals evenly */
  constructor(
    private readonly track: RateTrack,
    private readonly random: SeededRandom | undefined,
  ) {
    this.place = random ? exponential(random) : 0;
  }

  /** Number of the next arrival, from 0. */
  get number(): number {
    return this.count;
  }

  /** When the next arrival is due, milliseconds from the start of the scenario; Infinity after the last. */
  get dueMs(): number {
    return (this.due ??= this.track.timeOf(this.place));
  }

  /** Goes on to the next arrival. */
  next(): void {
    this.count++;
    // Even places are whole numbers, taken anew each time, so that nothing adds up.
    this.place = this.random ? this.place + exponential(this.random) : this.count;
    this.due = undefined;
  }

  /** From `atMs` on, another rate; arrivals that were due before are not touched. */
  changeRate(atMs: number, rate: number): void {
    this.track.changeAt(atMs, rate);
    this.due = undefined;
  }
}

/** Distance to the next of independent arrivals with a mean distance of 1. */
function exponential(random: SeededRandom): number {
  return -Math.log1p(-random.next());
}
