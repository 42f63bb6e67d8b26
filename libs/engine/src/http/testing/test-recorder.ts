/** A recorder into real statistics that remembers the failures, and what the tests ask it. */
import { outcomes, RunStats, type Series } from '@loadstar/stats';
import type { ExchangeRecorder } from '../../record/exchange-recorder.js';

export class TestRecorder implements ExchangeRecorder {
  readonly stats = new RunStats();
  readonly failures: string[] = [];
  opened = 0;
  failedConnections = 0;
  staleRetries = 0;
  private readonly startMs = performance.now();

  series(method: string, name: string): Series {
    return this.stats.series({ userClass: 'Test', method, name });
  }

  failure(method: string, name: string, error: string): void {
    this.failures.push(`${method} ${name}: ${error}`);
  }

  connectionOpened(setupUs: number): void {
    this.opened++;
    this.stats.connect.record(setupUs);
  }

  connectionFailed(): void {
    this.failedConnections++;
  }

  staleConnectionRetried(): void {
    this.staleRetries++;
  }

  elapsedMs(): number {
    return performance.now() - this.startMs;
  }

  /** Ended attempts by outcome, only those above 0, over all series. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const series of this.stats.allSeries()) {
      series.counts.forEach((count, index) => {
        const outcome = outcomes[index];
        if (outcome !== undefined && count > 0) counts[outcome] = (counts[outcome] ?? 0) + count;
      });
    }
    return counts;
  }

  get started(): number {
    return [...this.stats.allSeries()].reduce((sum, series) => sum + series.started, 0);
  }

  get names(): string[] {
    return [...this.stats.allSeries()].map(({ key, requests }) => `${key.method} ${key.name} ${requests}`);
  }
}
