/**
 * Default type of a decoded JSON body. It is `any` on purpose and only here: a scenario author writes
 * `r.json().user.name` without declaring the server's types first. Give the type to have it checked: `r.json<User>()`.
 */
// oxlint-disable-next-line no-explicit-any
export type LooseJson = any;

/** Response headers; parsed when first touched. Names are matched whatever their case. */
export interface HttpHeaders {
  /** The value, several joined by `, `; undefined when absent. */
  get(name: string): string | undefined;
  /** Every value in the order received, as needed for `set-cookie`. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
  /** Pairs in the order received, names in lower case. */
  entries(): Iterable<readonly [name: string, value: string]>;
}

/**
 * Where the time of a request went, milliseconds each. The first three are 0 on a kept connection; the last three
 * add up to `serviceMs`, but for microseconds. Over redirects everything is added up.
 */
export interface ResponsePhases {
  /** Looking the host's name up; 0 when its addresses are known still. */
  readonly dnsMs: number;
  /** Opening the TCP connection. */
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly tlsMs: number;
  /** Handing the request to the operating system; grows when a large body meets a full socket. */
  readonly sendMs: number;
  /** From then to the first byte of the answer. */
  readonly waitMs: number;
  /** From the first byte to the last one. */
  readonly receiveMs: number;
}

/** What came back. Headers and body are decoded only when touched, so what a scenario does not read costs nothing. */
export interface HttpResponse {
  /** Whether the exchange was complete and the status is an expected one. */
  readonly ok: boolean;
  /** HTTP status; 0 when no response arrived. */
  readonly status: number;
  readonly statusText: string;
  /** Why the request counts as a failure; undefined when it does not. */
  readonly error: string | undefined;
  /** URL of the last request, after redirects. */
  readonly url: string;
  readonly method: string;
  /** Name that the request is counted under. */
  readonly name: string;
  readonly headers: HttpHeaders;
  /** Size of the body as received, in bytes. */
  readonly size: number;
  /** Milliseconds from the request's sending to its last byte. */
  readonly serviceMs: number;
  /** Milliseconds from when the request was meant to start to its last byte; equal to `serviceMs` in closed loads. */
  readonly responseMs: number;
  /** Where the time went, in classes with `static phases = true`; undefined without that, or without an answer. */
  readonly phases?: ResponsePhases | undefined;
  /** Trace that the request carried (W3C Trace Context), when the run is traced; to look it up in your tracing. */
  readonly traceId?: string | undefined;
  /** The body as text (UTF-8); empty without one. */
  text(): string;
  /** The body as JSON. @throws SyntaxError when it is not JSON; within a check that counts as a failed check */
  json<T = LooseJson>(): T;
  /** The body as bytes. */
  bytes(): Uint8Array;
  /**
   * Counts this request as a failure for a reason of your own. Holds when called before the user's next `await`.
   * @param reason what the report shows; keep it free of ids, because failures are grouped by it
   */
  fail(reason: string): void;
}
