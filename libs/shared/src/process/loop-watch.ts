/**
 * How long the event loop keeps its callers waiting, for `nodejs_eventloop_lag_*`. To watch it wakes the process twenty
 * times a second, and a platform that nobody uses should sleep: it is watched only while somebody reads what was seen.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock, TimerHandle } from '../clock/clock.js';
import { sleep } from '../clock/clock.js';
import { systemClock } from '../clock/system-clock.js';

/** Time between two looks, milliseconds; a delay that matters lasts longer. Node tells it on top of every delay. */
export const loopWatchMs = 50;
/** How long it is watched after a reading, milliseconds: longer than anybody scrapes apart. */
export const keepWatchingMs = 120_000;
/** The second look is the first that tells a delay. A loop that is kept busy comes to it late. */
const mostWaits = 20;

/** Delays between two readings, seconds; each but `last` with the time between two looks on top. */
export interface LoopDelays {
  /** What a callback had to wait at the moment of the reading. */
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export type LoopHistogram = Pick<
  IntervalHistogram,
  'count' | 'min' | 'max' | 'mean' | 'stddev' | 'percentile' | 'enable' | 'disable' | 'reset'
>;

export class LoopWatch {
  private reading: Promise<LoopDelays | undefined> | undefined;
  private unread: TimerHandle | undefined;
  private latest: { readonly delays: LoopDelays; readonly atMs: number } | undefined;
  // Made when it is needed: Node counts one that was never on among what keeps a process alive.
  private histogram: LoopHistogram | undefined;

  constructor(
    private readonly clock: Clock = systemClock,
    private readonly create = (): LoopHistogram => monitorEventLoopDelay({ resolution: loopWatchMs }),
  ) {}

  /**
   * Delays since the reading before. The first one after two minutes without any takes 0.1 s and tells of those.
   * Who asks while a reading is under way, or before there was another look after it, gets the same.
   * @returns undefined when the loop was too busy to look
   */
  read(): Promise<LoopDelays | undefined> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<LoopDelays | undefined> {
    const { clock } = this;
    const histogram = (this.histogram ??= this.create());
    histogram.enable();
    this.unread?.cancel();
    this.unread = clock.setTimeout(() => stop(histogram), keepWatchingMs).unref();
    const { latest } = this;
    if (histogram.count === 0 && latest && clock.nowMs() - latest.atMs < 2 * loopWatchMs) return latest.delays;
    for (let waits = 0; histogram.count === 0 && waits < mostWaits; waits++) await sleep(clock, loopWatchMs);
    if (histogram.count === 0) return undefined;
    const askedMs = clock.nowMs();
    await new Promise((resolve) => setImmediate(resolve));
    const last = (clock.nowMs() - askedMs) / 1e3;
    const { min, max, mean, stddev } = histogram;
    const at = (percent: number): number => histogram.percentile(percent) / 1e9;
    const delays = { last, min: min / 1e9, max: max / 1e9, mean: mean / 1e9, stddev: stddev / 1e9 };
    const all = { ...delays, p50: at(50), p90: at(90), p99: at(99) };
    histogram.reset();
    this.latest = { delays: all, atMs: clock.nowMs() };
    return all;
  }
}

function stop(histogram: LoopHistogram): void {
  histogram.disable();
  histogram.reset();
}
