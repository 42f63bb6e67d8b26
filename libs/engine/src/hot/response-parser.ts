/**
 * Reads HTTP/1.1 responses octet by octet from whatever pieces the socket delivers. One parser serves one connection
 * for all its exchanges. It looks only at the fields that frame a message; everything else stays text until somebody
 * asks. What it cannot read for certain it refuses, because a wrongly framed answer would be counted as a right one.
 *
 * Message framing follows RFC 9112 section 6. Lenient (the default) takes what servers in the field send: bare LF as
 * line end, folded lines, repeated equal Content-Length, blank lines before a response. Strict takes none of it.
 */
import { BodyMemory } from './body-memory.js';
import { areExtensions } from './chunk-extensions.js';
import { FieldReader, INCOMPLETE, REFUSED } from './field-reader.js';
import { CR, hexDigits, LF, SEMICOLON, SPACE, statusCode, TAB } from './octets.js';
import type { ResponseMemo } from './response-memo.js';

/** What a piece of input led to. */
export const NEEDS_MORE = 0;
export const COMPLETE = 1;
export const BROKEN = 2;
export type Verdict = typeof NEEDS_MORE | typeof COMPLETE | typeof BROKEN;

// States. All of HEAD, CHUNK_SIZE and TRAILERS work on whole lines; the piece of a line is carried over.
const HEAD = 0;
const SIZED = 1;
const UNTIL_CLOSE = 2;
const CHUNK_SIZE = 3;
const CHUNK_DATA = 4;
const CHUNK_END = 5;
const TRAILERS = 6;
const DONE = 7;
const FAILED = 8;

const maxHeadBytes = 65_536;
const maxChunkLineBytes = 16_384;
const maxInterimResponses = 32;
/** Most bytes of a body that are kept: a string must stay below V8's limit. A discarded body may be of any length. */
const maxKeptBytes = 256 * 1024 * 1024;
/**
 * Bodies of these lengths are copied into a buffer of their own. Short ones are cheapest as text; long texts would crowd
 * the young generation, whose collections copy whatever lives. Beyond, a server's word is not enough to allocate on.
 */
const leastBufferBytes = 32_768;
const mostBufferBytes = 1_048_576;

export class ResponseParser {
  /** Of the final response: status, head as latin1 text (status line and fields), body as latin1 text or as bytes. */
  status = 0;
  head = '';
  body: string | Buffer = '';
  /** Bytes of the body, kept or not. */
  bodyBytes = 0;
  /** Bytes that followed the complete response in the same piece; the connection is then of no further use. */
  surplus = 0;
  /** Why the verdict is BROKEN. */
  error = '';
  readonly fields: FieldReader;

  private state = DONE;
  private remaining = 0;
  private headBytes = 0;
  private interim = 0;
  private bodiless = false;
  private keepBody = true;
  private carry: Buffer | undefined = undefined;
  private memo: ResponseMemo | undefined = undefined;

  constructor(
    private readonly strict = false,
    private readonly memory = new BodyMemory(),
  ) {
    this.fields = new FieldReader(strict);
  }

  /** Whether the connection may serve another exchange, as far as the response says. */
  get keepAlive(): boolean {
    return this.fields.keepAlive && this.surplus === 0;
  }

  /**
   * Prepares for the response to the next request.
   * @param bodiless the request was a HEAD: its response has no body whatever the head says
   * @param keepBody whether the body's text is wanted
   * @param memo of the responses to this very request; what equals the last one is taken from there
   */
  begin(bodiless: boolean, keepBody: boolean, memo?: ResponseMemo): void {
    this.status = 0;
    this.head = '';
    this.body = '';
    this.bodyBytes = 0;
    this.surplus = 0;
    this.headBytes = 0;
    this.interim = 0;
    this.bodiless = bodiless;
    this.keepBody = keepBody;
    this.memo = memo;
    this.carry = undefined;
    this.state = HEAD;
    this.fields.reset();
  }

  /** Lets go of the response, so that an idle connection holds none of it. */
  release(): void {
    this.head = '';
    this.body = '';
  }

  /** Takes the first `length` octets of `bytes`. After COMPLETE or BROKEN only `begin` may follow. */
  feed(bytes: Buffer, length: number): Verdict {
    let input = bytes;
    let end = length;
    if (this.carry !== undefined) {
      const piece = bytes.subarray(0, length);
      input = Buffer.concat([this.carry, piece]);
      end = input.length;
      this.carry = undefined;
      // Without a line end there is nothing new to decide; this keeps a long line sent octet by octet cheap.
      if (end > 64 && !piece.includes(LF)) return this.stopped(this.carryLine(input, 0, end));
    }
    let at = 0;
    do {
      at = this.step(input, at, end);
      if (at < 0) return this.stopped(at);
      if (this.state === DONE) {
        this.surplus = end - at;
        return COMPLETE;
      }
    } while (at < end);
    return NEEDS_MORE;
  }

  /**
   * The peer has ended the connection. COMPLETE for a body that the close delimits, BROKEN for octets that no
   * continuation could have made valid, NEEDS_MORE for a response cut short; `error` says more about the latter two.
   */
  close(): Verdict {
    // What is broken stays broken however it was cut: look once more at a line whose end never came.
    if (this.carry !== undefined && this.step(this.carry, 0, this.carry.length) === REFUSED) return BROKEN;
    if (this.state === UNTIL_CLOSE) {
      this.state = DONE;
      return COMPLETE;
    }
    const { status } = this;
    this.refuse(status === 0 ? 'connection closed before the response' : 'connection closed amid the response');
    return NEEDS_MORE;
  }

  private step(bytes: Buffer, at: number, end: number): number {
    switch (this.state) {
      case HEAD:
        return this.readHead(bytes, at, end);
      case SIZED:
      case CHUNK_DATA:
        return this.readCounted(bytes, at, end);
      case UNTIL_CLOSE:
        return this.take(bytes, at, end);
      case CHUNK_SIZE:
        return this.readChunkSize(bytes, at, end);
      case CHUNK_END:
        return this.readChunkEnd(bytes, at, end);
      case TRAILERS:
        return this.readTrailers(bytes, at, end);
      default:
        return this.refuse('octets after the end of the response');
    }
  }

  private stopped(code: number): Verdict {
    return code === INCOMPLETE ? NEEDS_MORE : BROKEN;
  }

  private refuse(reason: string): number {
    this.error = reason;
    this.state = FAILED;
    return REFUSED;
  }

  /** Keeps the beginning of a line until the rest arrives. */
  private carryLine(bytes: Buffer, from: number, end: number): number {
    const limit = this.state === CHUNK_SIZE ? maxChunkLineBytes : maxHeadBytes - this.headBytes;
    if (end - from > limit)
      return this.refuse(this.state === CHUNK_SIZE ? 'chunk size line too long' : 'head larger than 64 kB');
    // Always a copy: the input is the read buffer that all connections share.
    if (from < end) this.carry = Buffer.from(bytes.subarray(from, end));
    return INCOMPLETE;
  }

  private readHead(bytes: Buffer, start: number, end: number): number {
    let at = start;
    const memo = this.memo?.input.octets === bytes ? this.memo : undefined;
    const whole = this.status === 0;
    if (whole) {
      if (memo?.head.isAt(start, end)) return this.recallHead(memo, start);
      at = this.readStatusLine(bytes, start, end);
      if (at === INCOMPLETE) return this.carryLine(bytes, start, end);
      if (at < 0) return at;
      if (this.status === 0) return at; // a blank line before the response
    }
    const { fields } = this;
    const finished = fields.read(bytes, at, end);
    if (fields.error !== '') return this.refuse(fields.error);
    const upTo = fields.position;
    this.headBytes += upTo - start;
    if (this.headBytes > maxHeadBytes) return this.refuse('head larger than 64 kB');
    this.head += bytes.toString('latin1', start, upTo);
    if (memo !== undefined && whole && finished && memo.head.offer(start, upTo, this.head))
      memo.note(this.status, fields);
    return finished ? this.frame(upTo) : this.carryLine(bytes, upTo, end);
  }

  /** Equal octets are an equal head: nothing of them was refused then, so nothing is now. */
  private recallHead(memo: ResponseMemo, start: number): number {
    const { text, length } = memo.head;
    this.status = memo.status;
    this.head = text;
    this.headBytes += length;
    memo.recall(this.fields);
    return this.frame(start + length);
  }

  /** `HTTP/1.x SP 3DIGIT [SP reason] line-end`; sets `status`, or leaves it 0 for a skipped blank line. */
  private readStatusLine(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start] as number;
    if (first === CR || first === LF) return this.skipBlankLine(bytes, start, end);
    // Refuse what cannot become a status line at once: a wrong protocol must not wait for a line end.
    const known = Math.min(end - start, 7);
    for (let i = 0; i < known; i++) {
      if (bytes[start + i] !== 'HTTP/1.'.charCodeAt(i)) return this.refuse('not an HTTP/1.x response');
    }
    let at = start + 12;
    if (at >= end) return INCOMPLETE;
    const minor = (bytes[start + 7] as number) - 48;
    if (minor !== 0 && minor !== 1) return this.refuse('unsupported HTTP version');
    let octet = bytes[at] as number;
    const status = bytes[start + 8] === SPACE ? statusCode(bytes, start + 9) : 0;
    if (status < 100 || (octet !== SPACE && octet !== CR && octet !== LF)) return this.refuse('invalid status');
    if (this.strict && (octet !== SPACE || status > 599)) return this.refuse('invalid status');
    while (at < end && ((octet = bytes[at] as number) >= SPACE || octet === TAB)) at++;
    if (at >= end) return INCOMPLETE;
    if (octet === CR) {
      if (++at >= end) return INCOMPLETE;
      octet = bytes[at] as number;
    } else if (this.strict) return this.refuse('invalid status line');
    if (octet !== LF) return this.refuse('invalid status line');
    this.status = status;
    this.fields.keepAlive = minor === 1;
    this.fields.minorVersion = minor;
    return at + 1;
  }

  private skipBlankLine(bytes: Buffer, start: number, end: number): number {
    if (this.strict) return this.refuse('not an HTTP/1.x response');
    const at = bytes[start] === CR ? start + 1 : start;
    if (at >= end) return INCOMPLETE;
    this.headBytes += 2;
    if (bytes[at] !== LF || this.headBytes > 16) return this.refuse('not an HTTP/1.x response');
    return at + 1;
  }

  /** The head is complete: decides where the message ends. */
  private frame(at: number): number {
    const { fields, status } = this;
    const { contentLength, chunked } = fields;
    if (status === 101) return this.refuse('unexpected switch of protocols');
    if (status < 200) return this.skipInterim(at);
    if (chunked && contentLength >= 0) return this.refuse('both content-length and transfer-encoding');
    if (chunked && fields.minorVersion === 0) {
      if (this.strict) return this.refuse('transfer-encoding in an HTTP/1.0 response');
      fields.keepAlive = false;
    }
    if (this.bodiless || status === 204 || status === 304) this.state = DONE;
    else if (chunked) this.state = CHUNK_SIZE;
    else if (contentLength >= 0) {
      this.remaining = contentLength;
      this.state = contentLength === 0 ? DONE : SIZED;
      const buffered = contentLength >= leastBufferBytes && contentLength <= mostBufferBytes;
      if (buffered && this.keepBody) this.body = this.memory.take(contentLength);
    } else {
      fields.keepAlive = false;
      this.state = UNTIL_CLOSE;
    }
    return at;
  }

  /** A 1xx response announces the real one: forget it and read on. */
  private skipInterim(at: number): number {
    if (++this.interim > maxInterimResponses) return this.refuse('too many interim responses');
    this.status = 0;
    this.head = '';
    this.headBytes = 0;
    this.fields.reset();
    return at;
  }

  private take(bytes: Buffer, from: number, to: number): number {
    const at = this.bodyBytes;
    this.bodyBytes += to - from;
    if (!this.keepBody) return to;
    if (this.bodyBytes > maxKeptBytes) return this.refuse('body larger than 256 MB; use discardBody');
    if (typeof this.body !== 'string') bytes.copy(this.body, at, from, to);
    else if (at > 0) this.body += bytes.toString('latin1', from, to);
    // A body that is complete with its first octets.
    else if (this.state === DONE) this.body = this.wholeText(bytes, from, to);
    else this.body = bytes.toString('latin1', from, to);
    return to;
  }

  private wholeText(bytes: Buffer, from: number, to: number): string {
    const repeated = this.memo?.input.octets === bytes ? this.memo.body : undefined;
    if (repeated?.length === to - from && repeated.isAt(from, to)) return repeated.text;
    const text = bytes.toString('latin1', from, to);
    repeated?.offer(from, to, text);
    return text;
  }

  private readCounted(bytes: Buffer, at: number, end: number): number {
    const available = end - at;
    if (available < this.remaining) {
      this.remaining -= available;
      return this.take(bytes, at, end);
    }
    const upTo = at + this.remaining;
    this.remaining = 0;
    this.state = this.state === SIZED ? DONE : CHUNK_END;
    return this.take(bytes, at, upTo);
  }

  /** `1*HEXDIG [BWS] [; extensions] line-end`. */
  private readChunkSize(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let size = 0;
    let octet = 0;
    for (; at < end; at++) {
      octet = bytes[at] as number;
      const digit = hexDigits[octet] as number;
      if (digit === 255) break;
      size = size * 16 + digit;
      if (size > Number.MAX_SAFE_INTEGER || at - start > 32) return this.refuse('chunk size too large');
    }
    if (at >= end) return this.carryLine(bytes, start, end);
    if (at === start) return this.refuse('invalid chunk size');
    if (!this.strict) {
      while (at < end && ((octet = bytes[at] as number) === SPACE || octet === TAB)) at++;
    }
    if (octet === SEMICOLON) {
      at = this.readExtensions(bytes, at, end);
      if (at < 0) return at;
      octet = bytes[at] as number;
    }
    if (at >= end) return this.carryLine(bytes, start, end);
    if (octet === CR) {
      if (++at >= end) return this.carryLine(bytes, start, end);
      octet = bytes[at] as number;
    } else if (this.strict) return this.refuse('invalid chunk size');
    if (octet !== LF) return this.refuse('invalid chunk size');
    if (at - start > maxChunkLineBytes) return this.refuse('chunk size line too long');
    this.remaining = size;
    this.state = size === 0 ? TRAILERS : CHUNK_DATA;
    if (size === 0) this.headBytes = 0;
    return at + 1;
  }

  /** Up to the line end, or to `end`; only strict mode looks at their form. */
  private readExtensions(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let octet = 0;
    while (at < end && ((octet = bytes[at] as number) >= SPACE || octet === TAB)) at++;
    if (this.strict && at < end && !areExtensions(bytes.toString('latin1', start, at)))
      return this.refuse('invalid chunk extension');
    return at;
  }

  private readChunkEnd(bytes: Buffer, start: number, end: number): number {
    let at = start;
    if (bytes[at] === CR) {
      if (++at >= end) return this.carryLine(bytes, start, end);
    } else if (this.strict) return this.refuse('chunk longer than its size');
    if (bytes[at] !== LF) return this.refuse('chunk longer than its size');
    this.state = CHUNK_SIZE;
    return at + 1;
  }

  /** Trailer fields are checked for form and dropped. */
  private readTrailers(bytes: Buffer, start: number, end: number): number {
    const { fields } = this;
    const finished = fields.readTrailers(bytes, start, end);
    if (fields.error !== '') return this.refuse(fields.error);
    this.headBytes += fields.position - start;
    if (this.headBytes > maxHeadBytes) return this.refuse('trailers larger than 64 kB');
    if (!finished) return this.carryLine(bytes, fields.position, end);
    this.state = DONE;
    return fields.position;
  }
}
