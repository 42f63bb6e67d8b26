import type { RampingArrivalRateLoad } from '../plan/scenario-load.js';

/**
 * How many arrivals are due by a moment: the integral of a rate that is straight in pieces, and its inverse. Every
 * arrival has its place on this track, so lateness never adds up: a late one changes nothing for those after it.
 */
interface Piece {
  readonly startMs: number;
  readonly endMs: number;
  /** Arrivals per unit at the start and at the end. */
  readonly from: number;
  readonly to: number;
  /** Arrivals due before `startMs`, with a fraction. */
  readonly before: number;
  /** Arrivals due within the piece, with a fraction. */
  readonly count: number;
}

/** Of a count: what lies this close below a whole number is that number. */
const noise = 1e-9;

export class RateTrack {
  private readonly pieces: Piece[] = [];

  /** @param unitMs milliseconds that a rate is counted over */
  constructor(private readonly unitMs: number) {}

  get endMs(): number {
    return this.pieces.at(-1)?.endMs ?? 0;
  }

  /** Arrivals of the whole track, with a fraction. */
  get total(): number {
    const last = this.pieces.at(-1);
    return last ? last.before + last.count : 0;
  }

  /** Goes on from the end: from one rate to another within `durationMs`. */
  append(durationMs: number, from: number, to: number): this {
    if (durationMs <= 0) return this;
    const startMs = this.endMs;
    const count = ((from + to) * durationMs) / (2 * this.unitMs);
    this.pieces.push({ startMs, endMs: startMs + durationMs, from, to, before: this.total, count });
    return this;
  }

  /** From `atMs` to the end the rate is another one. */
  changeAt(atMs: number, rate: number): void {
    const { endMs } = this;
    if (atMs >= endMs) return;
    const kept = this.pieces.splice(0).filter(({ startMs }) => startMs < atMs);
    const cut = kept.pop();
    this.pieces.push(...kept);
    if (cut) {
      const part = (atMs - cut.startMs) / (cut.endMs - cut.startMs);
      this.append(
        Math.min(atMs, cut.endMs) - cut.startMs,
        cut.from,
        cut.from + (cut.to - cut.from) * Math.min(1, part),
      );
    }
    this.append(endMs - this.endMs, rate, rate);
  }

  /** Arrivals due before `ms`, with a fraction. */
  countAt(ms: number): number {
    const piece = this.pieces.findLast(({ startMs }) => startMs <= ms);
    if (!piece) return 0;
    const passedMs = Math.min(ms, piece.endMs) - piece.startMs;
    const slope = (piece.to - piece.from) / (piece.endMs - piece.startMs);
    return piece.before + (passedMs * (2 * piece.from + slope * passedMs)) / (2 * this.unitMs);
  }

  /** Arrivals per unit at `ms`. */
  rateAt(ms: number): number {
    const piece = this.pieces.findLast(({ startMs }) => startMs <= ms);
    if (!piece || ms >= piece.endMs) return 0;
    return piece.from + ((piece.to - piece.from) * (ms - piece.startMs)) / (piece.endMs - piece.startMs);
  }

  /**
   * When the arrival at a place of the track is due: the place is its number for even spacing.
   * @returns milliseconds from the start of the track; Infinity past its end
   */
  timeOf(place: number): number {
    if (place > this.total - noise * Math.max(1, this.total)) return Infinity;
    for (const piece of this.pieces) {
      const within = place - piece.before;
      if (within < piece.count) return piece.startMs + this.timeWithin(piece, Math.max(0, within));
    }
    return Infinity;
  }

  // Solves from * t + slope / 2 * t² = within * unit, in the form that does not cancel.
  private timeWithin({ from, to, startMs, endMs }: Piece, within: number): number {
    if (from === to) return (within * this.unitMs) / from;
    const slope = (to - from) / (endMs - startMs);
    const area = within * this.unitMs;
    const root = Math.sqrt(Math.max(0, from * from + 2 * slope * area));
    return from + root === 0 ? 0 : (2 * area) / (from + root);
  }
}

/** The track of a rate that follows stages. */
export function rampingRate({
  timeUnit,
  startRate,
  stages,
}: Pick<RampingArrivalRateLoad, 'timeUnit' | 'startRate' | 'stages'>): RateTrack {
  const track = new RateTrack(timeUnit * 1000);
  let from = startRate;
  for (const { duration, target } of stages) {
    track.append(duration * 1000, from, target);
    from = target;
  }
  return track;
}
