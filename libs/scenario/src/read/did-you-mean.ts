// Guesses what an author meant by a name that means nothing here.

/** `" (did you mean "x"?)"` for the nearest known name, or an empty text when none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(name.length / 3) + 1);
  for (const candidate of known) {
    const distance = sameLetters(name, candidate) ? 0 : editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best === undefined ? '' : ` (did you mean "${best}"?)`;
}

/** Whether two names differ in case and underscores only, as `wait_time` and `waitTime` do. */
export function sameLetters(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

const plain = (name: string) => name.replace(/[_-]/g, '').toLowerCase();

// Levenshtein distance, row by row.
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
