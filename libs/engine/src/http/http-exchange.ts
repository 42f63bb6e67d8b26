/**
 * One request from its call to its count, and at the same time the response that the scenario gets: one object, because
 * it is made for every request. What a scenario may touch is `HttpResponse`; the rest is for the client.
 *
 * An exchange is first *settled* (the response is there), then *delivered* (the promise resolves) when the reads of the
 * event loop's turn are done, and *committed* to its series at the end of the turn. In between a check can still fail it.
 */
import type { BodyOptions, HttpHeaders, HttpResponse, LooseJson, ResponsePhases } from '@loadstar/scenario';
import type { Outcome, Series } from '@loadstar/stats';
import type { Connection, Exchange } from '../hot/connection.js';
import type { ResponseMemo } from '../hot/response-memo.js';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import type { Origin } from './origin.js';
import type { Trace } from './request-marks.js';
import type { EncodedBody } from './request-body.js';
import { bodyBytes, bodyText, isAscii } from './response-body.js';
import { ResponseHeaders } from './response-headers.js';
import type { Prepared, Site } from './site.js';

const defaultTimeoutMs = 60_000;
const defaultRedirects = 10;
const mostRedirects = 50;

/**
 * How soon after the sending the close of a reused connection is taken for one that crossed the request: the server had
 * closed an idle connection. Later, it is an answer.
 */
const staleCloseMs = 1_000;

const IN_FLIGHT = 0;
const SETTLED = 1;
const COMMITTED = 2;

export const noOptions: BodyOptions = {};

/** The user's client, as its exchanges see it. */
export interface ExchangeOwner {
  readonly site: Site;
  /** Whether its user's time is over: nobody waits for what is delivered then. */
  readonly closed: boolean;
  readonly recorder: ExchangeRecorder;
  /** Added to a monotonic time to get the run's elapsed time, milliseconds. */
  readonly elapsedOffsetMs: number;
  release(connection: Connection): void;
  /** @returns false when taking the cookies must wait: then the exchange is concluded later */
  storeCookies(exchange: HttpExchange): boolean;
  /** @returns false when the response is to be taken as the final one */
  follow(exchange: HttpExchange): boolean;
  open(exchange: HttpExchange): void;
  /** @returns whether there was another address to try */
  tryNextAddress(exchange: HttpExchange, connection: Connection): boolean;
  settled(exchange: HttpExchange): void;
  traced(exchange: HttpExchange, trace: Trace, outcome: Outcome, endMs: number): void;
}

export class HttpExchange implements Exchange, HttpResponse {
  // Of the request under way; a redirect changes them.
  method: string;
  origin: Origin;
  target: string;
  requestText = '';
  requestBytes: Uint8Array | undefined = undefined;
  bodiless: boolean;
  keepBody: boolean;
  memo: ResponseMemo | undefined;
  deadlineMs = Infinity;
  /** What a redirect that keeps method and body sends again. */
  body: EncodedBody | undefined = undefined;
  redirectsLeft: number;
  /** Trace that it carries, where the plan asks for one. */
  trace: Trace | undefined = undefined;
  /** Whether a redirect has left the origin first asked: credentials stay behind. */
  left = false;
  /** Addresses dialled for the request under way. */
  dials = 0;
  resolve: (response: HttpResponse) => void;

  readonly name: string;
  readonly series: Series;
  status = 0;
  size = 0;
  error: string | undefined = undefined;
  serviceMs = 0;
  responseMs = 0;

  private outcome: Outcome = 'ok';
  private state = IN_FLIGHT;
  private sentMs = 0;
  private endMs = 0;
  private retried = false;
  private head = '';
  private received: string | Buffer = '';
  private isCoded = false;
  private parsedHeaders: ResponseHeaders | undefined = undefined;

  constructor(
    private readonly client: ExchangeOwner,
    prepared: Prepared,
    method: string,
    readonly settings: BodyOptions,
    private readonly intendedMs: number | undefined,
    resolve: (response: HttpResponse) => void,
  ) {
    this.method = method;
    this.origin = prepared.origin;
    this.target = prepared.target;
    this.bodiless = method === 'HEAD';
    this.keepBody = settings.discardBody !== true;
    this.memo = prepared.memo;
    this.redirectsLeft =
      settings.redirects === undefined ? defaultRedirects : Math.min(settings.redirects, mostRedirects);
    const { name } = settings;
    if (name === undefined) {
      this.name = prepared.name;
      this.series = prepared.series ??= client.site.seriesOf(method, prepared.name);
    } else {
      this.name = name;
      this.series = client.site.seriesOf(method, name);
    }
    this.resolve = resolve;
  }

  // What the connection calls.

  connected(setupUs: number): void {
    this.client.recorder.connectionOpened(setupUs);
  }

  sentAt(nowMs: number): void {
    this.sentMs = nowMs;
    if (this.deadlineMs === Infinity) this.startTimeout(nowMs);
  }

  /** The time limit runs from here, through connecting and redirects. */
  startTimeout(nowMs: number): void {
    this.deadlineMs = nowMs + (this.settings.timeoutMs ?? defaultTimeoutMs);
  }

  responded(connection: Connection, nowMs: number): void {
    const { parser } = connection;
    const { status } = parser;
    this.status = status;
    this.head = parser.head;
    this.received = parser.body;
    this.size = parser.bodyBytes;
    this.serviceMs += nowMs - this.sentMs;
    this.endMs = nowMs;
    this.parsedHeaders = undefined;
    const { setsCookie, isCoded } = parser.fields;
    this.isCoded = isCoded;
    this.client.release(connection);
    if (!setsCookie || this.client.storeCookies(this)) this.conclude();
  }

  /** A complete response is there: follows it elsewhere, or settles the exchange with it. */
  conclude(): void {
    const { status } = this;
    if (status >= 300 && status < 400 && this.client.follow(this)) return;
    const { expect } = this.settings;
    let expected = status >= 200 && status < 400;
    try {
      if (expect !== undefined) expected = isExpected(expect, status);
    } catch (error) {
      // A rule of the scenario's own; thrown on from here it would end the process.
      this.settleFailed('status', `expect threw: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    if (expected) this.settle();
    else this.settleFailed('status', statusError(status));
  }

  failed(connection: Connection, outcome: Outcome, error: string, nowMs: number, unsent: boolean): void {
    if (outcome === 'reset' && !this.retried && (unsent || this.isStale(connection, nowMs))) {
      this.retried = true;
      this.client.recorder.staleConnectionRetried();
      this.client.open(this);
      return;
    }
    if (this.sentMs === 0 || !connection.established) {
      if (outcome === 'connect' && this.client.tryNextAddress(this, connection)) return;
      if (outcome !== 'blocked') this.client.recorder.connectionFailed();
    } else if (!unsent) this.serviceMs += nowMs - this.sentMs;
    this.endFailed(outcome, error, nowMs);
  }

  /** Ends the exchange without a usable response. */
  endFailed(outcome: Outcome, error: string, nowMs: number): void {
    this.endMs = nowMs;
    this.status = 0;
    this.head = '';
    this.received = '';
    this.size = 0;
    this.parsedHeaders = undefined;
    const limitMs = this.settings.timeoutMs ?? defaultTimeoutMs;
    this.settleFailed(outcome, outcome === 'timeout' ? `no complete response within ${limitMs} ms` : error);
  }

  /** Settles with a failure, keeping what was received. */
  settleFailed(outcome: Outcome, error: string): void {
    this.outcome = outcome;
    this.error = error;
    this.settle();
  }

  private settle(): void {
    this.responseMs = this.intendedMs === undefined ? this.serviceMs : this.endMs - this.intendedMs;
    this.state = SETTLED;
    this.client.settled(this);
  }

  /** Gives the scenario its response. */
  deliver(): void {
    if (!this.client.closed) this.resolve(this);
  }

  /** Counts the exchange, once. */
  commit(): void {
    if (this.state !== SETTLED) return;
    this.state = COMMITTED;
    const { outcome } = this;
    const elapsedMs = this.endMs + this.client.elapsedOffsetMs;
    this.series.finish(outcome, this.serviceMs * 1000, this.responseMs * 1000, this.size, elapsedMs);
    if (this.trace?.sampled) this.client.traced(this, this.trace, outcome, this.endMs);
    if (outcome === 'ok') return;
    this.client.recorder.failure(this.series.key.method, this.name, this.error ?? outcome);
  }

  /**
   * Whether a closed connection was most likely closed before the request reached the server. Only requests that may be
   * repeated without harm are (RFC 9110 section 9.2.2): for others nobody can tell that the server did not act.
   */
  private isStale(connection: Connection, nowMs: number): boolean {
    if (!connection.reused || connection.answered || nowMs - this.sentMs >= staleCloseMs) return false;
    return this.client.site.resendStale && isIdempotent(this.method);
  }

  // What the scenario sees.

  get phases(): ResponsePhases | undefined {
    return undefined;
  }

  get traceId(): string | undefined {
    return this.trace?.id;
  }

  get ok(): boolean {
    return this.outcome === 'ok';
  }

  get statusText(): string {
    const reason = /^HTTP\/1\.\d \d{3} ?([^\r\n]*)/.exec(this.head)?.[1];
    return reason ?? '';
  }

  get url(): string {
    return this.origin.key + this.target;
  }

  get headers(): HttpHeaders {
    return (this.parsedHeaders ??= new ResponseHeaders(this.head));
  }

  text(): string {
    if (!this.isCoded && isAscii(this.received)) return this.received;
    return bodyText(this.received, this.headers);
  }

  json<T = LooseJson>(): T {
    return JSON.parse(this.text()) as T;
  }

  bytes(): Uint8Array {
    return bodyBytes(this.received, this.headers);
  }

  /**
   * Turns a success into a failed check. A request that failed already stays what it was.
   * @returns whether the request was not yet counted, so that the reason could still be taken into account
   */
  fail(reason: string): boolean {
    if (this.state !== SETTLED) return false;
    if (this.outcome === 'ok') {
      this.outcome = 'check';
      this.error = reason;
    }
    return true;
  }
}

function isExpected(expect: NonNullable<BodyOptions['expect']>, status: number): boolean {
  if (typeof expect === 'number') return status === expect;
  return typeof expect === 'function' ? expect(status) : expect.includes(status);
}

function statusError(status: number): string {
  // Not imported: a dozen modules of Node that no engine needs would be loaded at its start for these texts.
  const text = process.getBuiltinModule('node:http').STATUS_CODES[status];
  return text === undefined ? `HTTP ${status}` : `HTTP ${status} ${text}`;
}

function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'DELETE' || method === 'OPTIONS';
}
