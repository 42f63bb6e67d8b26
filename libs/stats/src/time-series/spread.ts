/** How a delta between two moments is dealt to whole seconds; the rule is in `time-series.ts`. */

export interface SecondPart {
  readonly second: number;
  /** Milliseconds of the second that the delta covers. */
  readonly overlapMs: number;
  /** Share of the delta that belongs to this and the seconds before it, 0 to 1; exactly 1 in the last part. */
  readonly shareUpTo: number;
}

/** Second that a moment belongs to; a moment without a number counts as 0. */
export function secondOf(ms: number, limit: number): number {
  return ms > 0 ? Math.min(Math.floor(ms / 1_000), limit - 1) : 0;
}

/**
 * The seconds that (fromMs, toMs] covers. One that has no length belongs to the second that it ends in.
 *
 * @param limit number of seconds of the series; what lies beyond is part of the last
 */
export function splitSeconds(fromMs: number, toMs: number, limit: number): SecondPart[] {
  const from = fromMs > 0 ? fromMs : 0;
  if (!(toMs > from)) return [{ second: secondOf(toMs, limit), overlapMs: 0, shareUpTo: 1 }];
  const first = secondOf(from, limit);
  const last = Math.max(first, Math.min(Math.ceil(toMs / 1_000) - 1, limit - 1));
  const parts: SecondPart[] = [];
  for (let second = first; second <= last; second++) {
    const begin = Math.max(from, second * 1_000);
    const end = second === last ? toMs : Math.min(toMs, (second + 1) * 1_000);
    parts.push({
      second,
      overlapMs: end - begin,
      shareUpTo: second === last ? 1 : (end - from) / (toMs - from),
    });
  }
  return parts;
}

/** Deals a count to the parts: whole numbers that add up to it exactly, each within one of its share. */
export function deal(count: number, parts: readonly SecondPart[]): number[] {
  let dealt = 0;
  return parts.map(({ shareUpTo }) => {
    const upTo = shareUpTo === 1 ? count : Math.round(count * shareUpTo);
    const own = upTo - dealt;
    dealt = upTo;
    return own;
  });
}

/** The seconds that a delta's distribution of times is shown in: see the rule. */
export function distributionSeconds(parts: readonly SecondPart[]): SecondPart[] {
  const halves = parts.filter(({ overlapMs }) => overlapMs >= 500);
  if (halves.length > 0) return halves;
  const most = parts.reduce((best, part) => (part.overlapMs > best.overlapMs ? part : best), parts[0] as SecondPart);
  return [most];
}
