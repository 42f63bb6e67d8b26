/**
 * Form of the conformance tables. The tables say in our own octets what the test suite of nodejs/llhttp (MIT licence,
 * https://github.com/nodejs/llhttp, test/response and test/request) describes for HTTP/1.1: all of its responses, and what its requests
 * say about fields and framing, written as responses. Left out is what a client never reads (methods, targets,
 * request lines) and what belongs to llhttp's interface (pausing, spans).
 */
export interface ConformanceCase {
  /** File of the suite, and what the case is about. */
  readonly name: string;
  readonly wire: string;
  /** The request was a HEAD. */
  readonly head?: true;
  readonly strict: Expectation;
  readonly lenient: Expectation;
  /** Why ours is meant to differ from llhttp here. */
  readonly departs?: string;
}

export interface Taken {
  readonly kind: 'taken';
  readonly status: number;
  readonly body: string;
  readonly keepAlive: boolean;
  /** Octets beyond the response. */
  readonly surplus: number;
}

export type Expectation =
  | Taken
  /** With a part of the error. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Neither complete nor broken when the connection ends. */
  | { readonly kind: 'short' };

/** A whole response after which the connection may serve the next. */
export const kept = (status: number, body = ''): Taken => ({
  kind: 'taken',
  status,
  body,
  keepAlive: true,
  surplus: 0,
});

/** A whole response after which the connection is of no use, maybe because octets follow that nobody asked for. */
export const ended = (status: number, body = '', surplus = 0): Taken => ({
  kind: 'taken',
  status,
  body,
  keepAlive: false,
  surplus,
});

export const refused = (error: string): Expectation => ({ kind: 'refused', error });

export const short: Expectation = { kind: 'short' };

/** The same in both modes. */
export const both = (expectation: Expectation): Pick<ConformanceCase, 'strict' | 'lenient'> => ({
  strict: expectation,
  lenient: expectation,
});

export const lenientOnly = (error: string, lenient: Expectation): Pick<ConformanceCase, 'strict' | 'lenient'> => ({
  strict: refused(error),
  lenient,
});
