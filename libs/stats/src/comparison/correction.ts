/**
 * p-values corrected for how many there are, so that a comparison of fifty names does not find a difference by looking
 * often enough: the false discovery rate after Benjamini and Hochberg (1995). When nothing differs at all, that is the
 * chance of any false alarm.
 *
 * @returns in the order given
 */
export function adjustedPValues(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 1;
  order.forEach((index, position) => {
    const rank = pValues.length - position;
    least = Math.min(least, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}
