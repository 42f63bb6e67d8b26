/**
 * The buckets of a histogram that is only kept, or came over the wire: those in use, in two flat arrays that nobody
 * changes. A master has thousands of them in memory, each with a few values in many octaves, where pages would be
 * almost empty; and what happened between two of them costs as much as they hold, not as much as they span.
 *
 * Many share two arrays, because a fleet brings tens of thousands a second and each array costs more than most of them
 * hold. Arrays are let go as a whole, a second later as a rule: when everything in them has been replaced.
 */
export interface Packed {
  /** Indexes in the layout, ascending, from place `from` to before `to`. */
  readonly buckets: Uint16Array;
  /** Count of each, not 0. */
  readonly counts: Uint32Array | Float64Array;
  readonly from: number;
  readonly to: number;
}

const uint32Limit = 2 ** 32;
/** Entries of two shared arrays: those of a few snapshots, so that one that is kept for long does not keep much more. */
const sharedSize = 8_192;
const largestShared = sharedSize / 4;

let sharedBuckets = new Uint16Array(sharedSize);
let sharedCounts = new Uint32Array(sharedSize);
let taken = 0;

/** Copies the first `used` entries. */
export function pack(buckets: Uint16Array, counts: Float64Array, used: number): Packed {
  if (used > largestShared || !fit(counts, used)) {
    return { buckets: buckets.slice(0, used), counts: counts.slice(0, used), from: 0, to: used };
  }
  if (taken + used > sharedSize) {
    sharedBuckets = new Uint16Array(sharedSize);
    sharedCounts = new Uint32Array(sharedSize);
    taken = 0;
  }
  const from = taken;
  taken += used;
  for (let part = 0; part < used; part++) {
    sharedBuckets[from + part] = buckets[part] as number;
    sharedCounts[from + part] = counts[part] as number;
  }
  return { buckets: sharedBuckets, counts: sharedCounts, from, to: taken };
}

function fit(counts: Float64Array, used: number): boolean {
  for (let part = 0; part < used; part++) {
    const count = counts[part] as number;
    if (count < 0 || count >= uint32Limit) return false;
  }
  return true;
}

/** Reused by every call, because nothing here waits. */
const spareBuckets = new Uint16Array(2 ** 16);
const spareCounts = new Float64Array(2 ** 16);

/** What `now` has more than `then`; where it has less, the count is negative. @returns undefined when they are equal */
export function difference(now: Packed, then: Packed | undefined): Packed | undefined {
  if (then === undefined) return now.to === now.from ? undefined : now;
  let used = 0;
  let other = then.from;
  for (let part = now.from; part < now.to; part++) {
    const bucket = now.buckets[part] as number;
    for (; other < then.to && (then.buckets[other] as number) < bucket; other++) {
      spareBuckets[used] = then.buckets[other] as number;
      spareCounts[used++] = -(then.counts[other] as number);
    }
    let count = now.counts[part] as number;
    if (other < then.to && then.buckets[other] === bucket) count -= then.counts[other++] as number;
    if (count === 0) continue;
    spareBuckets[used] = bucket;
    spareCounts[used++] = count;
  }
  for (; other < then.to; other++) {
    spareBuckets[used] = then.buckets[other] as number;
    spareCounts[used++] = -(then.counts[other] as number);
  }
  return used === 0 ? undefined : pack(spareBuckets, spareCounts, used);
}

/** Whether no bucket of `now` is smaller than in `then`. */
export function includes(now: Packed, then: Packed): boolean {
  let part = now.from;
  for (let other = then.from; other < then.to; other++) {
    const bucket = then.buckets[other] as number;
    while (part < now.to && (now.buckets[part] as number) < bucket) part++;
    if (part === now.to || now.buckets[part] !== bucket) return false;
    if ((now.counts[part] as number) < (then.counts[other] as number)) return false;
  }
  return true;
}
