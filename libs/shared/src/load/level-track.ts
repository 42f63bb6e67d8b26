/**
 * How many users the whole run has at a moment: a piecewise linear level that starts at 0 and moves towards the target
 * in force at the spawn rate in force, up or down, continuous at every change. Every engine computes the same track
 * from the same plan and changes, which is what lets shares add up without a message between engines.
 */
interface Segment {
  readonly atMs: number;
  /** Level at `atMs`, not necessarily whole. */
  readonly from: number;
  readonly target: number;
  /** Users per second, above 0. */
  readonly rate: number;
}

/** Segments kept, so that a shape that changes its mind every second for days does not grow memory. */
const segmentsKept = 512;

/** A level this close above a whole number is that number: floating-point noise must not add a user. */
const noise = 1e-6;

export class LevelTrack {
  private segments: Segment[] = [];

  /**
   * From `atMs` on the level moves to `target` at `rate`. A change at an earlier moment than one already known is put
   * in its place, and what follows is computed again.
   * @param atMs milliseconds since the start of the run, at least 0
   * @param target users of the whole run, at least 0
   * @param rate users per second, above 0
   */
  change(atMs: number, target: number, rate: number): void {
    const last = this.segments.at(-1);
    if (last && last.target === target && last.rate === rate && last.atMs <= atMs) return;
    if (!last || last.atMs <= atMs) {
      this.append(atMs, target, rate);
      return;
    }
    const later = this.segments.filter((segment) => segment.atMs > atMs);
    this.segments = this.segments.filter((segment) => segment.atMs <= atMs);
    this.append(atMs, target, rate);
    for (const segment of later) this.append(segment.atMs, segment.target, segment.rate);
  }

  /** The exact level, for rates and tests; `usersAt` is what runs. */
  levelAt(elapsedMs: number): number {
    const segment = this.segmentAt(elapsedMs);
    return segment ? levelOf(segment, elapsedMs) : 0;
  }

  /** Users of the whole run at `elapsedMs`: the level rounded up, so that the first user does not wait for a whole one. */
  usersAt(elapsedMs: number): number {
    return Math.max(0, Math.ceil(this.levelAt(elapsedMs) - noise));
  }

  /** The target in force at `elapsedMs`. */
  targetAt(elapsedMs: number): number {
    return this.segmentAt(elapsedMs)?.target ?? 0;
  }

  /** The spawn rate in force at `elapsedMs`, users per second of the whole run. */
  rateAt(elapsedMs: number): number {
    return this.segmentAt(elapsedMs)?.rate ?? 0;
  }

  private segmentAt(elapsedMs: number): Segment | undefined {
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const segment = this.segments[i];
      if (segment && segment.atMs <= elapsedMs) return segment;
    }
    return undefined;
  }

  private append(atMs: number, target: number, rate: number): void {
    const last = this.segments.at(-1);
    const from = last ? levelOf(last, atMs) : 0;
    if (last && last.atMs === atMs) this.segments.pop();
    this.segments.push({ atMs, from, target, rate });
    if (this.segments.length > segmentsKept) this.segments.shift();
  }
}

function levelOf({ atMs, from, target, rate }: Segment, elapsedMs: number): number {
  const moved = (rate * (elapsedMs - atMs)) / 1000;
  return from <= target ? Math.min(target, from + moved) : Math.max(target, from - moved);
}
