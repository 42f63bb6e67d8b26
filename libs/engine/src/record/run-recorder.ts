import type { Clock } from '@loadstar/shared';
import { RunStats, type Series } from '@loadstar/stats';
import type { ExchangeRecorder } from './exchange-recorder.js';
import { ThrownReader } from './traceback.js';

/** Everything that one engine counts in one run. */
export class RunRecorder {
  readonly stats = new RunStats();
  private readonly thrown = new ThrownReader();
  /** Monotonic time of the run's start; set when it is known. */
  private originMs: number;
  private readonly settling: (() => void)[] = [];

  constructor(private readonly clock: Clock) {
    this.originMs = clock.nowMs();
  }

  /** @param originMs moment on this process's clock at which the run time was 0 */
  beginAt(originMs: number): void {
    this.originMs = originMs;
  }

  elapsedMs(): number {
    return Math.max(0, this.clock.nowMs() - this.originMs);
  }

  /** The recorder that protocol clients of one user class use. */
  forClass(userClass: string): ExchangeRecorder {
    return new ClassRecorder(this, this.clock, userClass);
  }

  /** @param flush counts exchanges that have ended and wait to be counted */
  beforeReading(flush: () => void): void {
    this.settling.push(flush);
  }

  /** Counts whatever has ended; to be called before numbers are read that must be up to date. */
  settle(): void {
    for (const flush of this.settling) flush();
  }

  /** Counts an exception of scenario code. @returns its message */
  exception(thrown: unknown, where: string): string {
    const { message, traceback } = this.thrown.read(thrown, where);
    this.stats.exception(message, traceback, this.clock.wallMs());
    return message;
  }
}

class ClassRecorder implements ExchangeRecorder {
  private readonly byMethod = new Map<string, Map<string, Series>>();

  constructor(
    private readonly run: RunRecorder,
    private readonly clock: Clock,
    private readonly userClass: string,
  ) {}

  series(method: string, name: string): Series {
    return this.byMethod.get(method)?.get(name) ?? this.newSeries(method, name);
  }

  failure(method: string, name: string, error: string): void {
    this.run.stats.error(method, name, error, this.clock.wallMs());
  }

  connectionOpened(setupUs: number): void {
    this.run.stats.connections.opened++;
    this.run.stats.connect.record(setupUs);
  }

  connectionFailed(): void {
    this.run.stats.connections.failed++;
  }

  staleConnectionRetried(): void {
    this.run.stats.connections.reusedAfterStaleClose++;
  }

  elapsedMs(): number {
    return this.run.elapsedMs();
  }

  private newSeries(method: string, name: string): Series {
    const series = this.run.stats.series({ userClass: this.userClass, method, name });
    let names = this.byMethod.get(method);
    if (!names) this.byMethod.set(method, (names = new Map()));
    // Scenarios may put ids into names: the stats bound their series, so the cache of names is bounded as well.
    if (names.size < 5_000) names.set(name, series);
    return series;
  }
}
