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

export class ByteReader {
  private readonly view: DataView;
  private position = 0;
  private readonly texts: string[] = [];
  private memoryLeft = memoryLimitBytes;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    const text = reference === 0 ? this.newText(mostUnits) : this.texts[reference - 1];
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
    let text: string;
    try {
      text = this.decoder.decode(this.bytes.subarray(this.position, end));
    } catch {
      throw malformed('a text is not UTF-8');
    }
    this.position = end;
    this.texts.push(text);
    return text;
  }
}
