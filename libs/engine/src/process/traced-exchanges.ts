import type { Clock, Logger, TracedBatch, TracedExchange } from '@loadstar/shared';

/** Told a second and engine at most: with more of them, tracing would be the load. */
const mostExchanges = 500;
const failureEveryMs = 1_000;

/** Requests that the system under test was asked to record, until they are told, and one failed one a second in the log. */
export class TracedExchanges {
  private exchanges: TracedExchange[] = [];
  private dropped = 0;
  private nextFailureMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  add(exchange: TracedExchange): void {
    if (this.exchanges.length < mostExchanges) this.exchanges.push(exchange);
    else this.dropped++;
    if (exchange.error !== undefined) this.logFailure(exchange);
  }

  /** Takes out what has come since the last time; undefined when nothing has. */
  take(): TracedBatch | undefined {
    const { exchanges, dropped } = this;
    if (exchanges.length === 0) return undefined;
    this.exchanges = [];
    this.dropped = 0;
    return { exchanges, dropped };
  }

  /** Enough to have one to look into. */
  private logFailure({ traceId: trace, method, name, error }: TracedExchange): void {
    if (this.clock.nowMs() < this.nextFailureMs) return;
    this.nextFailureMs = this.clock.nowMs() + failureEveryMs;
    this.logger.warn({ trace, method, name, error }, 'a traced request failed');
  }
}
