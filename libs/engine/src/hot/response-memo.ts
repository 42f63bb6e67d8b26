/** What the last response to the same request was like, so that the next one need not be read again as far as it equals. */
import type { FieldReader } from './field-reader.js';
import { RepeatedText, type SharedInput } from './repeated-text.js';

export class ResponseMemo {
  readonly head: RepeatedText;
  readonly body: RepeatedText;
  status = 0;
  private contentLength = -1;
  private chunked = false;
  private keepAlive = true;
  private minorVersion = 1;
  private setsCookie = false;
  private isCoded = false;
  private idleSeconds = 0;

  /** @param input the only octets that are compared and remembered */
  constructor(readonly input: SharedInput) {
    this.head = new RepeatedText(input);
    this.body = new RepeatedText(input);
  }

  /** Notes what the head now remembered said. */
  note(status: number, fields: FieldReader): void {
    this.status = status;
    this.contentLength = fields.contentLength;
    this.chunked = fields.chunked;
    this.keepAlive = fields.keepAlive;
    this.minorVersion = fields.minorVersion;
    this.setsCookie = fields.setsCookie;
    this.isCoded = fields.isCoded;
    this.idleSeconds = fields.idleSeconds;
  }

  /** Says the same of a head that equals it. */
  recall(fields: FieldReader): void {
    fields.contentLength = this.contentLength;
    fields.chunked = this.chunked;
    fields.keepAlive = this.keepAlive;
    fields.minorVersion = this.minorVersion;
    fields.setsCookie = this.setsCookie;
    fields.isCoded = this.isCoded;
    fields.idleSeconds = this.idleSeconds;
  }
}
