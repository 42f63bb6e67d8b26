/**
 * When each owner had a turn last, kept as runs change, because the queue asks for it with every look and the history is
 * long. Owners may have any name, so those whose turn is longest ago are forgotten when there are too many; they then
 * count as if they had had none, which is what they are close to.
 */

/** Owners that are remembered. */
const mostOwners = 1_000;

/** Wall-clock milliseconds since 1970 by owner, about in the order of time. */
export class LastTurns extends Map<string, number> {
  /** An earlier turn than the known one changes nothing. */
  note(owner: string, turnMs: number): void {
    if ((this.get(owner) ?? -Infinity) >= turnMs) return;
    // Behind all others: who was set once and never again comes first, and is the one to forget.
    this.delete(owner);
    this.set(owner, turnMs);
    const [first] = this.keys();
    if (this.size > mostOwners && first !== undefined) this.delete(first);
  }
}
