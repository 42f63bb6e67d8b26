/** Writes the snapshot format: variable-length integers (LEB128), doubles, and texts that are spelled out only once. */

/** Greatest double below 2^63: nine bytes of seven bits. */
const greatestInteger = 2 ** 63 - 1_024;

export class ByteWriter {
  private bytes = new Uint8Array(1_024);
  private view = new DataView(this.bytes.buffer);
  private length = 0;
  private readonly texts = new Map<string, number>();
  private readonly encoder = new TextEncoder();

  /** A whole number from 0 to below 2^63, 7 bits a byte, low bits first. What is none is written as the nearest one. */
  integer(value: number): void {
    if (this.length + 10 > this.bytes.length) this.grow(10);
    if (value >= 0 && value < 0x80) {
      this.bytes[this.length++] = value;
      return;
    }
    let rest = value > 0 ? Math.min(value, greatestInteger) : 0;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** A number; what is not finite is written as 0, because nobody would accept it. */
  double(value: number): void {
    if (this.length + 8 > this.bytes.length) this.grow(8);
    this.view.setFloat64(this.length, Number.isFinite(value) ? value : 0, true);
    this.length += 8;
  }

  /** 0, length and UTF-8 the first time; after that one more than the position among the texts so far. */
  text(value: string): void {
    const known = this.texts.get(value);
    if (known !== undefined) {
      this.integer(known + 1);
      return;
    }
    this.texts.set(value, this.texts.size);
    const utf8 = this.encoder.encode(value);
    this.integer(0);
    this.integer(utf8.length);
    if (this.length + utf8.length > this.bytes.length) this.grow(utf8.length);
    this.bytes.set(utf8, this.length);
    this.length += utf8.length;
  }

  /** What was written so far; valid until the next write. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
