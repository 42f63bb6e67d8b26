import { type Share, shareOf } from '@loadstar/shared';

/**
 * Work is dealt to places (users) in turn, and places belong to shares; so no share gets work without a user to do it,
 * however few there are.
 * @param total pieces of work, numbered from 0: piece k belongs to place k mod `places`
 * @returns pieces of the share; over all shares they add up to `total`
 */
export function workOf(total: number, places: number, share: Share): number {
  return Math.floor(total / places) * shareOf(places, share) + shareOf(total % places, share);
}

/** The share as it counts for arrivals: shares beyond the number of places get none, the others get all. */
export function arrivalShare({ index, of }: Share, places: number): Share | undefined {
  const holders = Math.min(of, places);
  return index < holders ? { index, of: holders } : undefined;
}
