// Remembers which sequence numbers were seen, one bit each, so that a test can prove that every request arrived exactly
// once. Pages are made where numbers fall; a run of a million requests takes 128 kB.

const pageBits = 32_768;
/** Most pages of one set: 64 MB of numbers as bits, over 130 million when they are dense. */
const mostPages = 4096;
const missingShown = 20;

export class SequenceSet {
  private readonly pages = new Map<number, Uint32Array>();
  private lowest = Number.POSITIVE_INFINITY;
  private highest = Number.NEGATIVE_INFINITY;
  private distinctCount = 0;
  private duplicateCount = 0;
  private unrecordedCount = 0;

  /** @param sequence whole number from 0 */
  add(sequence: number): void {
    const pageNumber = Math.floor(sequence / pageBits);
    const page = this.pages.get(pageNumber) ?? this.newPage(pageNumber);
    if (!page) {
      this.unrecordedCount++;
      return;
    }
    const bit = sequence % pageBits;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = page[word] ?? 0;
    if (before & mask) {
      this.duplicateCount++;
      return;
    }
    page[word] = before | mask;
    this.distinctCount++;
    if (sequence < this.lowest) this.lowest = sequence;
    if (sequence > this.highest) this.highest = sequence;
  }

  /** `gaps` is how many numbers between `min` and `max` were never seen; `missing` lists the first of them. */
  describe() {
    const empty = this.distinctCount === 0;
    const gaps = empty ? 0 : this.highest - this.lowest + 1 - this.distinctCount;
    return {
      distinct: this.distinctCount,
      duplicates: this.duplicateCount,
      unrecorded: this.unrecordedCount,
      min: empty ? null : this.lowest,
      max: empty ? null : this.highest,
      gaps,
      missing: gaps === 0 ? [] : this.firstMissing(),
    };
  }

  private has(sequence: number): boolean {
    const bit = sequence % pageBits;
    const word = this.pages.get(Math.floor(sequence / pageBits))?.[bit >>> 5] ?? 0;
    return (word & (1 << (bit & 31))) !== 0;
  }

  private firstMissing(): number[] {
    const missing: number[] = [];
    for (let sequence = this.lowest; sequence < this.highest && missing.length < missingShown; sequence++) {
      if (!this.has(sequence)) missing.push(sequence);
    }
    return missing;
  }

  private newPage(pageNumber: number): Uint32Array | undefined {
    if (this.pages.size >= mostPages) return undefined;
    const page = new Uint32Array(pageBits / 32);
    this.pages.set(pageNumber, page);
    return page;
  }
}
