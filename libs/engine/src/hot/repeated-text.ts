/**
 * Octets that arrive again and again as they were, such as the head of a response to the same request. Comparing them
 * with the last ones, four at a time, costs a tenth of what reading them and making a text of them does; and the text that
 * is there already is no garbage later.
 */

/** Longer ones are not remembered: of each path asked for one is kept. */
const mostLength = 1_024;
/** Of octets that never come again at most so many are passed over before one is remembered in vain once more. */
const mostPassed = 1_023;

/** What all sockets read into, as octets and as words. */
export class SharedInput {
  readonly octets: Buffer;
  readonly words: Int32Array;

  /** @param length in octets, a multiple of 4 */
  constructor(length: number) {
    this.octets = Buffer.allocUnsafeSlow(length);
    this.words = new Int32Array(this.octets.buffer, this.octets.byteOffset, length >>> 2);
  }
}

export class RepeatedText {
  /** The octets remembered as latin1 text. */
  text = '';
  /** Where they began, and one behind where they ended; both 0 while nothing is remembered. */
  private from = 0;
  private to = 0;
  private octets: Uint8Array | undefined = undefined;
  private words: Int32Array | undefined = undefined;
  // What is seen once may never be seen again (a path with an id in it): the first is passed over.
  private toPass = 1;
  private passed = 1;

  constructor(private readonly input: SharedInput) {}

  /** Length of what is remembered, octets. */
  get length(): number {
    return this.to - this.from;
  }

  /**
   * Whether the octets of the input from `from` on, which ends at `end`, begin with those remembered. What began
   * elsewhere is taken for another one: words are compared where they stood.
   */
  isAt(from: number, end: number): boolean {
    const { to, words, octets, input } = this;
    if (words === undefined || octets === undefined || from !== this.from || to > end) return false;
    let at = from;
    for (; (at & 3) !== 0 && at < to; at++) if (octets[at & 3] !== input.octets[at]) return false;
    const first = from >>> 2;
    const lastWord = to >>> 2;
    for (let word = at >>> 2; word < lastWord; word++) if (words[word - first] !== input.words[word]) return false;
    const base = first << 2;
    for (at = Math.max(at, lastWord << 2); at < to; at++) if (octets[at - base] !== input.octets[at]) return false;
    this.passed = 0;
    this.toPass = 0;
    return true;
  }

  /**
   * Offers octets of the input that were not those remembered. Remembers them, unless such have come to nothing before:
   * then ever fewer are.
   * @returns whether they are remembered now
   */
  offer(from: number, to: number, text: string): boolean {
    if (this.toPass > 0) {
      this.toPass--;
      return false;
    }
    if (to - from > mostLength) return false;
    this.passed = Math.min(mostPassed, 2 * this.passed + 1);
    this.toPass = this.passed;
    const start = from & ~3;
    const room = (to - start + 3) & ~3;
    if (this.octets === undefined || this.octets.length < room) {
      this.octets = new Uint8Array(room);
      this.words = new Int32Array(this.octets.buffer);
    }
    this.octets.set(this.input.octets.subarray(start, to));
    this.from = from;
    this.to = to;
    this.text = text;
    return true;
  }
}
