/** A request whose trace the system under test was asked to record, as an engine tells of it once it is counted. */
export interface TracedExchange {
  /** 32 and 16 hexadecimal digits: what its `traceparent` said. */
  readonly traceId: string;
  readonly spanId: string;
  readonly method: string;
  readonly name: string;
  /** Without the query, which may hold secrets. */
  readonly url: string;
  /** How it ended: `ok`, `status`, `check`, `timeout`, `connect`, `reset`, `protocol` or `blocked`. */
  readonly outcome: string;
  /** Undefined when it went well. */
  readonly error: string | undefined;
  /** 0 without a response. */
  readonly status: number;
  readonly bytesReceived: number;
  /** Wall-clock milliseconds since the epoch at which it ended. */
  readonly endMs: number;
  /** Milliseconds from sent, and from when it was meant to be sent, to the last byte. */
  readonly serviceMs: number;
  readonly responseMs: number;
}

/** What an engine tells once a second; beyond its bound, only how many there were. */
export interface TracedBatch {
  readonly exchanges: readonly TracedExchange[];
  readonly dropped: number;
}

/** A request that stands as the example for others that took about as long: from a histogram's bucket to its trace. */
export interface TraceExample {
  readonly method: string;
  readonly name: string;
  readonly isFailure: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly endMs: number;
  readonly serviceMs: number;
  readonly responseMs: number;
}
