// Request/response logging that cannot become the load itself: by default ten lines a second at most, and the next line
// says how many were left out.
import type { Clock, Logger } from '@loadstar/shared';

export type RequestLogMode = '0' | '1' | 'sampled';

export interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
  readonly bytes: number;
}

const linesPerSecond = 10;
const longestUrl = 200;

export class RequestLog {
  private secondStartMs = 0;
  private linesThisSecond = 0;
  private leftOut = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly mode: Exclude<RequestLogMode, '0'>,
  ) {}

  /** Whether the request that ended now is to be logged; asked first, so that nothing is gathered in vain. */
  wants(): boolean {
    if (this.mode === '1') return true;
    const nowMs = this.clock.nowMs();
    if (nowMs - this.secondStartMs >= 1000) {
      this.secondStartMs = nowMs;
      this.linesThisSecond = 0;
    }
    if (this.linesThisSecond < linesPerSecond) {
      this.linesThisSecond++;
      return true;
    }
    this.leftOut++;
    return false;
  }

  write({ method, url, status, durationMs, bytes }: LoggedRequest): void {
    const skipped = this.leftOut > 0 ? { skipped: this.leftOut } : {};
    this.leftOut = 0;
    const facts = {
      method,
      url: url.slice(0, longestUrl),
      status,
      durationMs: Math.round(durationMs * 10) / 10,
      bytes,
      ...skipped,
    };
    this.logger.info(facts, 'request');
  }
}
