/**
 * The numbers of one selector as a run goes on: the sum, and its last seconds one by one. A second is open while workers
 * may still report on it, then closed for good; what comes later counts in the oldest second that is open.
 */
import type { RunStats } from '../run-stats/run-stats.js';
import { type Selector, Tally, type TallyParts } from './tally.js';

interface ClosedSecond {
  /** Undefined when nothing happened in it. */
  readonly parts: TallyParts | undefined;
  /** Attempts that were under way when it began. */
  readonly waiting: number;
}

/** Some successive seconds together. */
export interface Span {
  readonly tally: Tally;
  readonly waiting: number;
  /** Whether the selector had matched anything by its end. */
  readonly seen: boolean;
}

export class Channel {
  readonly total = new Tally();
  private readonly open = new Map<number, Tally>();
  private readonly closed: ClosedSecond[] = [];
  private nextSecond = 0;
  private begun = 0;
  private ended = 0;
  private seen = false;

  /** @param keep closed seconds that spans may reach back */
  constructor(
    private readonly selector: Selector,
    private readonly keep: number,
  ) {}

  take(delta: RunStats, second: number): void {
    const tally = Tally.of(this.selector, delta);
    this.total.merge(tally);
    if (this.keep === 0) return;
    const into = Math.max(second, this.nextSecond);
    const known = this.open.get(into);
    if (known === undefined) this.open.set(into, tally);
    else known.merge(tally);
  }

  /**
   * Goes on from what another master had counted: the sum is known, its seconds are not.
   * @param second the first one that is judged again
   */
  restore(total: RunStats, second: number): void {
    const tally = Tally.of(this.selector, total);
    this.total.merge(tally);
    this.nextSecond = second;
    this.begun = tally.begun;
    this.ended = tally.ended;
    this.seen = tally.hasData;
  }

  /** Closes the next second. */
  close(): void {
    if (this.keep === 0) return;
    const tally = this.open.get(this.nextSecond);
    this.open.delete(this.nextSecond);
    this.nextSecond++;
    this.closed.push({ parts: tally?.toParts(), waiting: this.begun - this.ended });
    if (this.closed.length > this.keep) this.closed.shift();
    this.begun += tally?.begun ?? 0;
    this.ended += tally?.ended ?? 0;
    this.seen ||= tally?.hasData ?? false;
  }

  /** The last closed seconds; undefined when there are not so many. */
  span(seconds: number): Span | undefined {
    const first = this.closed.length - seconds;
    const oldest = this.closed[first];
    if (oldest === undefined) return undefined;
    const tally = new Tally();
    for (let index = first; index < this.closed.length; index++) {
      const parts = this.closed[index]?.parts;
      if (parts !== undefined) tally.mergeParts(parts);
    }
    return { tally, waiting: oldest.waiting, seen: this.seen };
  }
}
