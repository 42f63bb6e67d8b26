/**
 * Seeded randomness, so that a run can be repeated. sfc32 (Chris Doty-Humphrey's Small Fast Counter, from PractRand):
 * 128 bits of state in four 32-bit words, no multiplication, passes PractRand and BigCrush. Not for secrets.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seed any string or number; equal seeds give equal sequences on every machine */
  constructor(seed: string | number) {
    const hash = new StringHash(String(seed));
    this.a = hash.next();
    this.b = hash.next();
    this.c = hash.next();
    for (let i = 0; i < 12; i++) this.nextUint32();
  }

  /** A uniform integer in 0 .. 2^32 - 1. */
  nextUint32(): number {
    const result = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    // Kept to 32 bits: a larger number would be an object of its own, made anew each time.
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A uniform number in 0 (included) .. 1 (excluded) with 32 bits of resolution. */
  next(): number {
    return this.nextUint32() / 4294967296;
  }

  /** A uniform integer in `min` .. `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** A uniform number in `min` .. `max`. */
  between(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** One element, each as likely as any other. The list must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }
}

// xmur3 by bryc (public domain): spreads a short string over as many 32-bit words as asked for.
class StringHash {
  private state: number;

  constructor(text: string) {
    let h = 1779033703 ^ text.length;
    for (let i = 0; i < text.length; i++) {
      h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
      h = (h << 13) | (h >>> 19);
    }
    this.state = h;
  }

  next(): number {
    let h = this.state;
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    this.state = h;
    return h >>> 0;
  }
}
