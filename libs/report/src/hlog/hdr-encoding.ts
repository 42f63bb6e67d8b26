/**
 * Histograms in HdrHistogram's compressed V2 encoding (Gil Tene's HdrHistogram, AbstractHistogram.encodeIntoCompressed-
 * ByteBuffer): a deflated header and the counts in ZigZag LEB128, runs of zeros as one negative number. Our layouts are
 * those of HdrHistograms that begin at 1 us, so that counts go over one by one and nothing is lost.
 */
import { deflateSync } from 'node:zlib';

const cookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const headerBytes = 40;

export interface HdrCounts {
  /** 3: 1,024 buckets an octave, as in `Histogram`; 2: 128, as in slices. */
  readonly digits: 2 | 3;
  /** Indexes in use, ascending, and the count of each. */
  readonly buckets: Iterable<readonly [bucket: number, count: number]>;
  /** Greatest value that the histogram could hold, microseconds. */
  readonly highestUs: number;
}

/** @returns base64, as a line of a log holds it */
export function encodeHdr({ digits, buckets, highestUs }: HdrCounts): string {
  const payload: number[] = [];
  let next = 0;
  for (const [bucket, count] of buckets) {
    if (bucket > next) writeZigZag(payload, next - bucket);
    writeZigZag(payload, count);
    next = bucket + 1;
  }
  const plain = Buffer.alloc(headerBytes + payload.length);
  plain.writeInt32BE(cookie, 0);
  plain.writeInt32BE(payload.length, 4);
  plain.writeInt32BE(0, 8);
  plain.writeInt32BE(digits, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(highestUs), 24);
  plain.writeDoubleBE(1, 32);
  Buffer.from(payload).copy(plain, headerBytes);
  const packed = deflateSync(plain);
  const frame = Buffer.alloc(8 + packed.length);
  frame.writeInt32BE(compressedCookie, 0);
  frame.writeInt32BE(packed.length, 4);
  packed.copy(frame, 8);
  return frame.toString('base64');
}

/** ZigZag LEB128 of a whole number below 2^53: sign in the lowest bit, seven bits a byte. */
function writeZigZag(bytes: number[], value: number): void {
  let rest = value < 0 ? BigInt(-value) * 2n - 1n : BigInt(value) * 2n;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
}
