/** One exchange of stamps: own clock, the other's clock twice, own clock again. Milliseconds. */
export interface ClockSample {
  /** Own clock when the question left and when the answer came. */
  readonly sentMs: number;
  readonly arrivedMs: number;
  /** The other's clock when the question came and when the answer left. */
  readonly receivedMs: number;
  readonly answeredMs: number;
}

interface Estimate {
  readonly offsetMs: number;
  readonly rttMs: number;
  readonly atMs: number;
}

const keptSamples = 64;
/** Two quartz clocks part by 0.1 ms a second at the very worst; so an old sample is worth that much less. */
const driftPerMs = 1e-4;

/**
 * Learns what another process's monotonic clock shows, from stamps that went back and forth (as NTP, RFC 5905 section
 * 8, does it). The sample with the smallest bound on its error decides: half its round trip, plus drift since then.
 */
export class ClockSync {
  private estimates: Estimate[] = [];

  /** Takes a sample; one whose stamps contradict each other is left out. */
  add({ sentMs, arrivedMs, receivedMs, answeredMs }: ClockSample): void {
    const rttMs = arrivedMs - sentMs - (answeredMs - receivedMs);
    if (!(rttMs >= 0) || answeredMs < receivedMs) return;
    const offsetMs = (receivedMs - sentMs + (answeredMs - arrivedMs)) / 2;
    this.estimates.push({ offsetMs, rttMs, atMs: arrivedMs });
    if (this.estimates.length > keptSamples) this.estimates.shift();
  }

  /** Forgets everything: the other process is another one now. */
  reset(): void {
    this.estimates = [];
  }

  get isKnown(): boolean {
    return this.estimates.length > 0;
  }

  /** Smallest round trip among the samples kept, milliseconds; undefined without any. */
  get rttMs(): number | undefined {
    return this.isKnown ? Math.min(...this.estimates.map(({ rttMs }) => rttMs)) : undefined;
  }

  /** Round trip of the newest sample, milliseconds; undefined without any. */
  get lastRttMs(): number | undefined {
    return this.estimates.at(-1)?.rttMs;
  }

  /** The other's clock minus the own one, milliseconds; undefined before the first sample. */
  offsetMs(nowMs: number): number | undefined {
    return this.best(nowMs)?.offsetMs;
  }

  /** How far `offsetMs` can be off, milliseconds; infinite before the first sample. */
  errorMs(nowMs: number): number {
    const best = this.best(nowMs);
    return best ? errorBound(best, nowMs) : Infinity;
  }

  private best(nowMs: number): Estimate | undefined {
    let best: Estimate | undefined;
    for (const estimate of this.estimates) {
      if (!best || errorBound(estimate, nowMs) <= errorBound(best, nowMs)) best = estimate;
    }
    return best;
  }
}

function errorBound({ rttMs, atMs }: Estimate, nowMs: number): number {
  return rttMs / 2 + Math.max(0, nowMs - atMs) * driftPerMs;
}
