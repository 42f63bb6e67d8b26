import type { ExchangeEnd, OpenExchange } from '@loadstar/scenario';
import type { Clock } from '@loadstar/shared';
import type { Series } from '@loadstar/stats';
import type { ExchangeRecorder } from './exchange-recorder.js';

/**
 * Exchanges of other protocols than HTTP, recorded like HTTP's: started and ended once, service time and response time,
 * one outcome, failures by text. Like there, an exchange is counted a moment after its end, so that a check can fail it.
 */
export class OpenExchanges {
  private ended: Exchange[] = [];

  constructor(
    private readonly recorder: ExchangeRecorder,
    private readonly clock: Clock,
  ) {}

  /** @param intendedMs when it was meant to start, monotonic milliseconds; undefined: now */
  begin(method: string, name: string, intendedMs: number | undefined): OpenExchange {
    const series = this.recorder.series(method, name);
    series.start();
    // A scenario has one exchange under way at a time, as a rule: whatever ended before can not be failed any more.
    if (this.ended.length > 0) this.flush();
    const nowMs = this.clock.nowMs();
    return new Exchange(this, series, nowMs, intendedMs ?? nowMs);
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** Notes an end; it is counted when the event loop turns. */
  settle(exchange: Exchange): void {
    this.ended.push(exchange);
    if (this.ended.length === 1) setImmediate(() => this.flush());
  }

  /** Counts what has ended. */
  flush(): void {
    const { ended } = this;
    this.ended = [];
    for (const exchange of ended) this.count(exchange);
  }

  private count({ series, end, endMs, startedMs, intendedMs, counted }: Exchange): void {
    if (!end || counted.done) return;
    counted.done = true;
    const elapsedMs = this.recorder.elapsedMs() - (this.clock.nowMs() - endMs);
    const outcome = end.outcome ?? (end.error === undefined ? 'ok' : 'protocol');
    const serviceUs = Math.max(0, (endMs - startedMs) * 1000);
    series.finish(outcome, serviceUs, Math.max(0, (endMs - intendedMs) * 1000), end.bytesReceived ?? 0, elapsedMs);
    series.bytesSent += end.bytesSent ?? 0;
    if (outcome !== 'ok') this.recorder.failure(series.key.method, series.key.name, end.error ?? outcome);
  }
}

class Exchange implements OpenExchange {
  end: ExchangeEnd | undefined;
  endMs = 0;
  readonly counted = { done: false };

  constructor(
    private readonly owner: OpenExchanges,
    readonly series: Series,
    readonly startedMs: number,
    readonly intendedMs: number,
  ) {}

  get serviceMs(): number {
    return this.endMs - this.startedMs;
  }

  get responseMs(): number {
    return this.endMs - this.intendedMs;
  }

  finish(end: ExchangeEnd = {}): void {
    if (this.end) return;
    this.end = end;
    this.endMs = end.atMs ?? this.owner.nowMs();
    this.owner.settle(this);
  }

  fail(reason: string): boolean {
    if (!this.end || this.counted.done) return false;
    if (this.end.error === undefined) this.end = { ...this.end, outcome: 'check', error: reason };
    return true;
  }
}
