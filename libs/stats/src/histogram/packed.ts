/**
 * The buckets of a histogram that is only kept, or came over the wire: those in use, in two flat arrays that nobody
 * changes. A master has thousands of them in memory, each with a few values in many octaves, where pages would be
 * almost empty; and what happened between two of them costs as much as they hold, not as much as they span.
 */
export interface Packed {
  /** Indexes in the layout, ascending. */
  readonly buckets: Uint16Array;
  /** Count of each, above 0. */
  readonly counts: Uint32Array | Float64Array;
}

const uint32Limit = 2 ** 32;

/** Copies the first `used` entries into arrays of just that length. */
export function pack(buckets: Uint16Array, counts: Float64Array, used: number): Packed {
  let most = 0;
  for (let part = 0; part < used; part++) if ((counts[part] as number) > most) most = counts[part] as number;
  const kept = counts.subarray(0, used);
  return {
    buckets: buckets.slice(0, used),
    counts: most < uint32Limit ? Uint32Array.from(kept) : Float64Array.from(kept),
  };
}

/** Reused by every call, because nothing here waits. */
const spareBuckets = new Uint16Array(2 ** 16);
const spareCounts = new Float64Array(2 ** 16);

/** What `now` has more than `then`; where it has less, the count is negative. @returns undefined when they are equal */
export function difference(now: Packed, then: Packed | undefined): Packed | undefined {
  if (then === undefined) return now.buckets.length === 0 ? undefined : now;
  let used = 0;
  let isSmaller = false;
  let other = 0;
  const add = (bucket: number, count: number): void => {
    spareBuckets[used] = bucket;
    spareCounts[used++] = count;
    if (count < 0) isSmaller = true;
  };
  for (let part = 0; part < now.buckets.length; part++) {
    const bucket = now.buckets[part] as number;
    for (; other < then.buckets.length && (then.buckets[other] as number) < bucket; other++) {
      add(then.buckets[other] as number, -(then.counts[other] as number));
    }
    let count = now.counts[part] as number;
    if (then.buckets[other] === bucket) count -= then.counts[other++] as number;
    if (count !== 0) add(bucket, count);
  }
  for (; other < then.buckets.length; other++) add(then.buckets[other] as number, -(then.counts[other] as number));
  if (used === 0) return undefined;
  if (!isSmaller) return pack(spareBuckets, spareCounts, used);
  return { buckets: spareBuckets.slice(0, used), counts: spareCounts.slice(0, used) };
}

/** Whether no bucket of `now` is smaller than in `then`. */
export function includes(now: Packed, then: Packed): boolean {
  let part = 0;
  for (let other = 0; other < then.buckets.length; other++) {
    const bucket = then.buckets[other] as number;
    while (part < now.buckets.length && (now.buckets[part] as number) < bucket) part++;
    if (now.buckets[part] !== bucket || (now.counts[part] as number) < (then.counts[other] as number)) return false;
  }
  return true;
}
