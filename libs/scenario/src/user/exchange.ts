/** How an exchange of any protocol can end; the classes that HTTP requests are counted in. */
export type ExchangeOutcome = 'ok' | 'status' | 'check' | 'timeout' | 'connect' | 'reset' | 'protocol' | 'blocked';

/** The end of an exchange. */
export interface ExchangeEnd {
  /** Default: `ok` without an `error`, `protocol` with one. */
  readonly outcome?: ExchangeOutcome;
  /** Why it failed; failures are grouped by this text, so it should not hold ids. */
  readonly error?: string;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  /** When the last byte came, as `context.nowMs()` says it. Default: now. A client that knows better should say so. */
  readonly atMs?: number;
}

/** An exchange under way: begun, and to be finished exactly once. */
export interface OpenExchange {
  /** Ends and counts it; a second call means nothing. */
  finish(end?: ExchangeEnd): void;
  /** Turns a success into a failed check, if that comes before the next exchange. @returns whether it was in time */
  fail(reason: string): boolean;
  /** Milliseconds from the start to the end. */
  readonly serviceMs: number;
  /** Milliseconds from the intended start to the end. */
  readonly responseMs: number;
}

/** The result of a measured exchange, like a response of HTTP: a failure is a value, not a throw. */
export interface Measured<T> {
  readonly ok: boolean;
  /** What came back; undefined after a failure. */
  readonly value: T | undefined;
  /** Why it failed; undefined after a success. */
  readonly error: string | undefined;
  readonly serviceMs: number;
  readonly responseMs: number;
  /** Turns a success into a failed check; `this.check(result, …)` does it. */
  fail(reason: string): boolean;
}
