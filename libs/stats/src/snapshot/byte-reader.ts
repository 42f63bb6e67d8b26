/**
 * Reads what `ByteWriter` writes, from anybody: every read is checked against the end of the bytes and the bounds of
 * its value, so that the worst that damaged input can do is to be refused.
 */
import { LoadstarError } from '@loadstar/shared';

/** The error for bytes that are not a snapshot. */
export function malformed(detail: string): LoadstarError {
  return new LoadstarError('MALFORMED_MESSAGE', { message: 'snapshot', detail });
}

/** Most memory that one snapshot may claim for buckets: 2,000 series with 32 pages each. */
const memoryLimitBytes = 128 * 2 ** 20;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteReader {
  private readonly view: DataView;
  private readonly spelledOut: string[];
  private memoryLeft = memoryLimitBytes;

  /**
   * @param position where to begin
   * @param texts those that were spelled out before it
   * @param expected what is probably spelled out, in order: where it is, no new string is made
   */
  constructor(
    private readonly bytes: Uint8Array,
    private position = 0,
    texts: readonly string[] = [],
    private readonly expected: readonly string[] = [],
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.spelledOut = [...texts];
  }

  /** Where the next read begins. */
  get place(): number {
    return this.position;
  }

  /** Reads on from a place that was read before; with no text between there and here. */
  goBack(place: number): void {
    this.position = place;
  }

  /** All texts that were spelled out so far. */
  get texts(): readonly string[] {
    return this.spelledOut;
  }

  /** Whether from here on both hold the same bytes, which mean the same. */
  hasSameRest(other: ByteReader): boolean {
    const left = this.bytes.length - this.position;
    if (other.bytes.length - other.position !== left || other.spelledOut.length !== this.spelledOut.length)
      return false;
    for (let at = 0; at < left; at++) {
      if (this.bytes[this.position + at] !== other.bytes[other.position + at]) return false;
    }
    return this.spelledOut.every((text, index) => text === other.spelledOut[index]);
  }

  /** @param most greatest value allowed */
  integer(most = Number.MAX_SAFE_INTEGER): number {
    const byte = this.bytes[this.position] ?? 0x80;
    if (byte >= 0x80 || byte > most) return this.longInteger(most);
    this.position++;
    return byte;
  }

  /** A finite number. */
  double(): number {
    if (this.position + 8 > this.bytes.length) throw malformed('it ends early');
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    if (!Number.isFinite(value)) throw malformed('a number is not finite');
    return value;
  }

  /** A finite number from 0 on. */
  amount(): number {
    const value = this.double();
    if (value < 0) throw malformed('an amount is negative');
    return value;
  }

  /** @param mostUnits most UTF-16 units allowed */
  text(mostUnits: number): string {
    const reference = this.integer();
    const text = reference === 0 ? this.newText(mostUnits) : this.spelledOut[reference - 1];
    if (text === undefined) throw malformed('it refers to a text that it does not hold');
    if (text.length > mostUnits) throw malformed('a text is too long');
    return text;
  }

  /** Accounts for memory that reading goes on to allocate: few bytes may ask for a lot. */
  claim(bytes: number): void {
    this.memoryLeft -= bytes;
    if (this.memoryLeft < 0) throw malformed('it asks for too much memory');
  }

  /** @throws when anything is left */
  end(): void {
    if (this.position !== this.bytes.length) throw malformed('it is longer than its contents');
  }

  private longInteger(most: number): number {
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 9; length++) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw malformed('it ends early');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > most) throw malformed(`${value} is more than ${most}`);
        return value;
      }
      factor *= 0x80;
    }
    throw malformed('a number is too long');
  }

  private newText(mostUnits: number): string {
    const length = this.integer(mostUnits * 3);
    const end = this.position + length;
    if (end > this.bytes.length) throw malformed('it ends early');
    const expected = this.expected[this.spelledOut.length];
    const text = expected !== undefined && this.spells(expected, length) ? expected : this.decode(end);
    this.position = end;
    this.spelledOut.push(text);
    return text;
  }

  /** Whether the next bytes are this text; no for any that is not ASCII. */
  private spells(text: string, length: number): boolean {
    if (text.length !== length) return false;
    for (let at = 0; at < length; at++) {
      const byte = this.bytes[this.position + at] as number;
      if (byte >= 0x80 || byte !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  private decode(end: number): string {
    try {
      return decoder.decode(this.bytes.subarray(this.position, end));
    } catch {
      throw malformed('a text is not UTF-8');
    }
  }
}
