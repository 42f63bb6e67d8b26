/**
 * Walks over the field lines of a head, checks their form and picks up the few that decide about framing and reuse of
 * the connection. Part of the response parser, apart only to keep both readable.
 */
import { COLON, COMMA, CR, LF, SPACE, spells, TAB, tokenOctets } from './octets.js';

/** Return codes of the readers where a position would be 0 or more. */
export const INCOMPLETE = -1;
export const REFUSED = -2;

export class FieldReader {
  /** Value of Content-Length; -1 without one. */
  contentLength = -1;
  chunked = false;
  keepAlive = true;
  minorVersion = 1;
  setsCookie = false;
  /** Whether the body is compressed: there is a Content-Encoding. */
  isCoded = false;
  /** Seconds of idleness after which the server says it closes (`Keep-Alive: timeout=`); 0 when it does not say. */
  idleSeconds = 0;
  /** Why reading was refused; empty when it was not. */
  error = '';
  /** Offset behind the last whole line read. */
  position = 0;

  // A folded line continues the field before it; framing fields must not be folded, or a proxy may read another value.
  private foldable = false;
  private closes = false;

  constructor(private readonly strict: boolean) {}

  reset(): void {
    this.contentLength = -1;
    this.chunked = false;
    this.keepAlive = true;
    this.minorVersion = 1;
    this.setsCookie = false;
    this.isCoded = false;
    this.idleSeconds = 0;
    this.error = '';
    this.foldable = false;
    this.closes = false;
  }

  /**
   * Reads field lines from `start`, which is the beginning of a line.
   * @returns whether the empty line that ends them was reached; `position` tells how far whole lines were read
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    return this.readLines(bytes, start, end, false);
  }

  /** The same for a trailer section, in which no field has a meaning for framing. */
  readTrailers(bytes: Buffer, start: number, end: number): boolean {
    this.foldable = false;
    return this.readLines(bytes, start, end, true);
  }

  private readLines(bytes: Buffer, start: number, end: number, trailer: boolean): boolean {
    let at = start;
    this.position = start;
    while (at < end) {
      let octet = bytes[at] as number;
      if (octet === CR || octet === LF) return this.readLastLine(bytes, at, end);
      const nameStart = at;
      let valueStart = at;
      if (octet === SPACE || octet === TAB) {
        if (this.strict || !this.foldable) return this.refuse('folded header line');
      } else {
        at = skipToken(bytes, at, end);
        if (at >= end) return false;
        if (bytes[at] !== COLON || at === nameStart) return this.refuse('invalid header name');
        valueStart = ++at;
      }
      // Most of a head is field values: this loop is where the parser spends its time.
      while (at < end && ((octet = bytes[at] as number) >= SPACE || octet === TAB || this.tolerates(octet))) at++;
      if (at >= end) return false;
      const valueEnd = at;
      if (octet === CR) {
        if (++at >= end) return false;
        if (bytes[at] !== LF) return this.refuse('invalid line end in the head');
      } else if (octet !== LF || this.strict) return this.refuse('invalid header value');
      at++;
      if (trailer) this.foldable = false;
      else if (valueStart > nameStart) this.pick(bytes, nameStart, valueStart, valueEnd);
      if (this.strict) this.checkVisible(bytes, valueStart, valueEnd);
      if (this.error !== '') return false;
      this.position = at;
    }
    return false;
  }

  private readLastLine(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    if (bytes[at] === CR) {
      if (++at >= end) return false;
      if (bytes[at] !== LF) return this.refuse('invalid line end in the head');
    } else if (this.strict) return this.refuse('invalid line end in the head');
    this.position = at + 1;
    return true;
  }

  /** Lenient only: control octets in a value stay (RFC 9110 section 5.5), except those that could end it. */
  private tolerates(octet: number): boolean {
    return !this.strict && octet !== CR && octet !== LF && octet !== 0;
  }

  /** Strict only: DEL is the one control octet that the value loop lets through. */
  private checkVisible(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) if (bytes[at] === 0x7f) this.refuse('invalid header value');
  }

  private refuse(reason: string): false {
    this.error = reason;
    return false;
  }

  /** Remembers a field if it is one of those that matter here; most are told apart by the length of the name alone. */
  private pick(bytes: Buffer, nameStart: number, valueStart: number, valueEnd: number): void {
    this.foldable = true;
    switch (valueStart - nameStart - 1) {
      case 10:
        if (spells(bytes, nameStart, 'connection')) this.readConnection(bytes, valueStart, valueEnd);
        else if (spells(bytes, nameStart, 'set-cookie')) this.setsCookie = true;
        else if (spells(bytes, nameStart, 'keep-alive')) this.readKeepAlive(bytes, valueStart, valueEnd);
        break;
      case 14:
        if (spells(bytes, nameStart, 'content-length')) this.readContentLength(bytes, valueStart, valueEnd);
        break;
      case 16:
        // A proxy's word about its own connection, and what some servers send in place of the right field.
        if (spells(bytes, nameStart, 'proxy-connection')) this.readConnection(bytes, valueStart, valueEnd);
        else if (spells(bytes, nameStart, 'content-encoding')) this.isCoded = true;
        break;
      case 17:
        if (spells(bytes, nameStart, 'transfer-encoding')) this.readTransferEncoding(bytes, valueStart, valueEnd);
        break;
      default:
    }
  }

  private readContentLength(bytes: Buffer, start: number, end: number): void {
    this.foldable = false;
    let at = start;
    let last = end;
    while (at < last && isBlank(bytes[at] as number)) at++;
    while (last > at && isBlank(bytes[last - 1] as number)) last--;
    // 15 digits stay below 2^53.
    if (at === last || last - at > 15) return void this.refuse('invalid content-length');
    let value = 0;
    for (; at < last; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) return void this.refuse('invalid content-length');
      value = value * 10 + digit;
    }
    if (this.contentLength >= 0 && (this.strict || this.contentLength !== value)) {
      return void this.refuse('repeated content-length');
    }
    this.contentLength = value;
  }

  private readTransferEncoding(bytes: Buffer, start: number, end: number): void {
    this.foldable = false;
    const value = bytes.toString('latin1', start, end).trim().toLowerCase();
    if (value === 'chunked' && !this.chunked) this.chunked = true;
    else if (value !== 'identity' || this.strict) this.refuse('unsupported transfer-encoding');
  }

  private readConnection(bytes: Buffer, start: number, end: number): void {
    this.foldable = false;
    let at = start;
    while (at < end) {
      while (at < end && isSeparator(bytes[at] as number)) at++;
      const from = at;
      while (at < end && !isSeparator(bytes[at] as number)) at++;
      if (at - from === 5 && spells(bytes, from, 'close')) this.closes = true;
      else if (at - from === 10 && spells(bytes, from, 'keep-alive')) this.keepAlive = true;
    }
    if (this.closes) this.keepAlive = false;
  }

  private readKeepAlive(bytes: Buffer, start: number, end: number): void {
    const match = /(?:^|[\s,])timeout\s*=\s*"?(\d{1,6})/i.exec(bytes.toString('latin1', start, end));
    if (match) this.idleSeconds = Number(match[1]);
  }
}

function skipToken(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && tokenOctets[bytes[at] as number] === 1) at++;
  return at;
}

function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB;
}

function isSeparator(octet: number): boolean {
  return octet === SPACE || octet === TAB || octet === COMMA;
}
