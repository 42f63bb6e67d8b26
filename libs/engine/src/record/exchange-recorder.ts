import type { Series } from '@loadstar/stats';

/**
 * What a protocol client needs to record an exchange, so that every protocol records alike. One recorder belongs to
 * the users of one class; names are resolved to a series once and the series is then held.
 */
export interface ExchangeRecorder {
  /** The series of a (method, name); creates it on first use. */
  series(method: string, name: string): Series;
  /** Counts a failure under its text beside the series' own outcome. */
  failure(method: string, name: string, error: string): void;
  /** A connection was opened; `setupUs` is the time from the dial to usable (DNS, TCP and TLS), microseconds. */
  connectionOpened(setupUs: number): void;
  connectionFailed(): void;
  /** A request went out again because the server had closed its idle connection. */
  staleConnectionRetried(): void;
  /** Milliseconds since the start of the run. */
  elapsedMs(): number;
}
