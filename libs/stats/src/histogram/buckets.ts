/**
 * The fixed layout that all histograms share, which is what makes merging an addition: integer microseconds, one bucket
 * a value below 2,048, then 1,024 buckets an octave. A bucket is at most 1/1,024 of its lower edge wide, so its middle
 * is within 0.05 % of every value in it. The layout is part of the wire format.
 */
const bucketsPerOctaveBits = 10;
const bucketsPerOctave = 1 << bucketsPerOctaveBits;

/** Values from here on are recorded as `maxValueUs` (about 19 hours). */
export const valueLimitUs = 2 ** 36;
export const maxValueUs = valueLimitUs - 1;
export const bucketCount = 27 * bucketsPerOctave;

/** Buckets are allocated in pages of 256 (2 KiB). */
export const pageBits = 8;
export const pageSize = 1 << pageBits;
export const pageBytes = pageSize * 8;
export const pageCount = bucketCount / pageSize;

/** Below this a value fits a 32-bit integer, so that finding its bucket takes integer operations only. */
export const int32LimitUs = 2 ** 31 - 1;

/** Bucket of a whole number of microseconds below 2^31. */
export function smallBucketOf(valueUs: number): number {
  const shift = 21 - Math.clz32(valueUs | bucketsPerOctave);
  return (shift << bucketsPerOctaveBits) + (valueUs >>> shift);
}

/** Bucket of any whole number of microseconds from 0 to `maxValueUs`. */
export function bucketOf(valueUs: number): number {
  if (valueUs < int32LimitUs) return smallBucketOf(valueUs);
  const shift = 37 - Math.clz32(Math.floor(valueUs / 65_536));
  return (shift << bucketsPerOctaveBits) + Math.floor(valueUs / 2 ** shift);
}

/** Widths of the buckets, by how many octaves above 1,024 they lie. */
const widths = Array.from({ length: 26 }, (_, shift) => 2 ** shift);

function widthOf(shift: number): number {
  return widths[shift] as number;
}

/** Smallest value of a bucket, microseconds. */
export function bucketLowUs(bucket: number): number {
  if (bucket < 2 * bucketsPerOctave) return bucket;
  const shift = (bucket >>> bucketsPerOctaveBits) - 1;
  return (bucket - (shift << bucketsPerOctaveBits)) * widthOf(shift);
}

/** Greatest value of a bucket, microseconds. */
export function bucketHighUs(bucket: number): number {
  if (bucket < 2 * bucketsPerOctave) return bucket;
  return bucketLowUs(bucket) + widthOf((bucket >>> bucketsPerOctaveBits) - 1) - 1;
}
