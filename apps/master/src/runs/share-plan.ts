/**
 * Who of the workers gets which part of a run. Shares are exact: the parts of one plan add up to the whole with no gap
 * and no overlap, and differ by one user at most (`shareOf` in @loadstar/shared).
 */
import type { Share } from '@loadstar/shared';

/**
 * One share for each holder. A holder that had a share keeps its place in the order, so that as few users as possible
 * change hands; newcomers come last.
 *
 * @param holders ids of those who take part from now on, without repetition
 * @param before shares in force until now
 */
export function planShares(
  holders: readonly string[],
  before: ReadonlyMap<string, Share> = new Map(),
): Map<string, Share> {
  const place = (holder: string): number => before.get(holder)?.index ?? Infinity;
  const ordered = holders
    .map((holder, order) => ({ holder, order }))
    .sort((a, b) => comparePlaces(place(a.holder), place(b.holder)) || a.order - b.order);
  return new Map(ordered.map(({ holder }, index) => [holder, { index, of: ordered.length }]));
}

/** The holders whose share differs from before, who therefore have to be told. */
export function changedShares(before: ReadonlyMap<string, Share>, after: ReadonlyMap<string, Share>): string[] {
  return [...after]
    .filter(([holder, share]) => {
      const old = before.get(holder);
      return old?.index !== share.index || old.of !== share.of;
    })
    .map(([holder]) => holder);
}

// Infinity - Infinity is not a number, so the difference cannot be the comparison.
function comparePlaces(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
