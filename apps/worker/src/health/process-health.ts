import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '@loadstar/shared';
import type { BeatHealth, RunnerSnapshot } from '@loadstar/protocol';

/** Two readings closer than this say nothing. */
const shortestMs = 500;
/** Resolution of the event-loop delay, milliseconds; Node reports it on top of every delay. */
const resolutionMs = 10;

/** How this process does, and its engines by their last word. */
export class ProcessHealth {
  private readonly delays: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  private engines: RunnerSnapshot['header'] | undefined;
  private own = { cpuPercent: 0, rssBytes: 0, loopLagMs: 0 };
  private cpu = process.cpuUsage();
  private readAtMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly engineCount: number,
  ) {
    this.readAtMs = clock.nowMs();
  }

  observe({ header }: RunnerSnapshot): void {
    this.engines = header.final ? undefined : header;
    // It wakes the process a hundred times a second, which only a run is worth.
    if (header.final) this.delays.disable();
    else this.delays.enable();
  }

  get users(): number {
    return this.engines?.users ?? 0;
  }

  read(): BeatHealth {
    this.readOwn();
    const engines = this.engines?.health;
    return {
      cpuPercent: this.own.cpuPercent + (engines?.cpuPercent ?? 0),
      rssBytes: this.own.rssBytes + (engines?.rssBytes ?? 0),
      loopLagMs: Math.max(this.own.loopLagMs, engines?.loopLagMs ?? 0),
      engines: engines?.engines ?? this.engineCount,
      users: this.users,
    };
  }

  private readOwn(): void {
    const nowMs = this.clock.nowMs();
    const passedMs = nowMs - this.readAtMs;
    if (passedMs < shortestMs) return;
    const used = process.cpuUsage(this.cpu);
    const p99Ms = this.delays.count > 0 ? this.delays.percentile(99) / 1e6 - resolutionMs : 0;
    this.own = {
      cpuPercent: Math.max(0, (used.user + used.system) / 1_000 / passedMs) * 100,
      rssBytes: process.memoryUsage.rss(),
      loopLagMs: Math.max(0, p99Ms),
    };
    this.cpu = process.cpuUsage();
    this.readAtMs = nowMs;
    this.delays.reset();
  }
}
