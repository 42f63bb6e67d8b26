/**
 * A histogram as bytes: number of buckets in use; if any, sum, minimum, maximum - minimum, and per bucket
 * (gap to the one before x 2 + (count > 1)) and, if so, the count. Most buckets of a short run hold one value.
 */
import { bucketCount, maxValueUs, pageBits, pageBytes } from '../histogram/buckets.js';
import { Histogram } from '../histogram/histogram.js';
import { type ByteReader, malformed } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

export function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  let used = 0;
  histogram.forEachIndex(() => used++);
  writer.integer(used);
  if (used === 0) return;
  writer.integer(histogram.sumUs);
  writer.integer(histogram.minUs);
  writer.integer(histogram.maxUs - histogram.minUs);
  let next = 0;
  histogram.forEachIndex((bucket, count) => {
    const gap = bucket - next;
    writer.integer(gap * 2 + (count > 1 ? 1 : 0));
    if (count > 1) writer.integer(count);
    next = bucket + 1;
  });
}

/** Reused by every call, because decoding is synchronous: a fleet sends thousands of histograms a second. */
const buckets = new Uint16Array(bucketCount);
const counts = new Float64Array(bucketCount);

export function readHistogram(reader: ByteReader): Histogram {
  const used = reader.integer(bucketCount);
  if (used === 0) return new Histogram();
  const sumUs = reader.integer(2 ** 63);
  const minUs = reader.integer(maxValueUs);
  const maxUs = minUs + reader.integer(maxValueUs - minUs);
  readBuckets(reader, used);
  const histogram = Histogram.fromParts(buckets, counts, used, sumUs, minUs, maxUs);
  if (histogram === undefined) throw malformed('a histogram contradicts itself');
  return histogram;
}

function readBuckets(reader: ByteReader, used: number): void {
  let next = 0;
  let page = -1;
  for (let part = 0; part < used; part++) {
    const token = reader.integer(2 * bucketCount);
    const bucket = next + (token >>> 1);
    if (bucket >= bucketCount) throw malformed('a bucket is out of range');
    if (bucket >> pageBits !== page) {
      page = bucket >> pageBits;
      reader.claim(pageBytes);
    }
    const count = (token & 1) === 1 ? reader.integer() : 1;
    if (count === 0) throw malformed('a bucket is empty');
    buckets[part] = bucket;
    counts[part] = count;
    next = bucket + 1;
  }
}
