import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '@loadstar/shared';
import type { EngineHealth, Histogram } from '@loadstar/stats';

/** Resolution of the loop-delay monitor; delays below it are not seen. */
const resolutionMs = 10;
/** Shortest time that says anything about load: the final numbers may follow the last ones at once. */
const shortestMs = 250;

/** Measures this process over the time since the last sample (at least a quarter of a second): what the load costs, and how far its times can be trusted. */
export class ProcessHealth {
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  private cpu = process.cpuUsage();
  private utilisation = performance.eventLoopUtilization();
  private sampledMs: number;
  private last: EngineHealth | undefined;

  /** @param takeErrorBound bounds of the read timestamps' error since the last call, microseconds */
  constructor(
    private readonly clock: Clock,
    private readonly takeErrorBound: () => Histogram,
  ) {
    this.sampledMs = clock.nowMs();
    this.delay.enable();
  }

  /**
   * @param scheduleLagMs how late planned starts were
   * @param spunMs time in which the loop only spun for the next arrival: it looks busy, but could have worked
   */
  sample(scheduleLagMs: number, spunMs = 0): EngineHealth {
    const nowMs = this.clock.nowMs();
    if (this.last && nowMs - this.sampledMs < shortestMs) return this.last;
    const { user, system } = process.cpuUsage(this.cpu);
    const passedUs = Math.max(1, (nowMs - this.sampledMs) * 1000);
    const utilisation = performance.eventLoopUtilization();
    const health: EngineHealth = {
      cpuPercent: (100 * (user + system)) / passedUs,
      rssBytes: process.memoryUsage.rss(),
      // The monitor records the whole interval between its own timers: only what exceeds its period is delay.
      loopLagMs: this.delay.count > 0 ? Math.max(0, this.delay.percentile(99) / 1e6 - resolutionMs) : 0,
      loopUtilisation: Math.max(
        0,
        performance.eventLoopUtilization(utilisation, this.utilisation).utilization - (spunMs * 1000) / passedUs,
      ),
      errorBoundMs: this.takeErrorBound().percentile(99) / 1000,
      scheduleLagMs,
      engines: 1,
    };
    this.cpu = process.cpuUsage();
    this.utilisation = utilisation;
    this.sampledMs = nowMs;
    this.delay.reset();
    this.last = health;
    return health;
  }

  close(): void {
    this.delay.disable();
  }
}
