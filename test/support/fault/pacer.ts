/**
 * One more user of the steady load, in the test's own process: it asks the same target ten times a second, each time at
 * the same distance from the time before. What it gets done is what the machine lets a user do at that moment, so it is
 * the measure of those that are tested: a machine that stands still for a second, or gives each process a third of what
 * it wants, does so to this one too.
 */
const periodMs = 100;

export class Pacer {
  private readonly beganMs: number[] = [];
  /** Each answer's Unix second, and how long it took. */
  private readonly waits: { readonly second: number; readonly waitMs: number }[] = [];
  private readonly over = new AbortController();
  private readonly work: Promise<void>;

  /** @param url of the target, which answers after as long as it answers everybody */
  constructor(private readonly url: string) {
    this.work = this.ask();
  }

  async end(): Promise<void> {
    this.over.abort();
    await this.work;
  }

  /** Part of its plan that it has kept between two moments of `performance.now`, 0 to 1. */
  kept(fromMs: number, toMs: number): number {
    const done = this.beganMs.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
    // One more, because where the first falls within its period is chance.
    return Math.min(1, ((done + 1) * periodMs) / (toMs - fromMs));
  }

  /** Longest wait of each whole second between two Unix seconds, milliseconds. */
  worstOfSeconds(from: number, to: number): number[] {
    const worst = new Map<number, number>();
    for (const { second, waitMs } of this.waits) {
      if (second >= from && second < to) worst.set(second, Math.max(worst.get(second) ?? 0, waitMs));
    }
    return [...worst.values()];
  }

  /** Longest time from one of its requests to the next, milliseconds; of the machine's making as far as it is above 200. */
  get longestGapMs(): number {
    return Math.max(0, ...this.beganMs.map((atMs, place) => atMs - (this.beganMs[place - 1] ?? atMs)));
  }

  private async ask(): Promise<void> {
    while (!this.over.signal.aborted) {
      const begunMs = performance.now();
      const second = Math.floor(Date.now() / 1_000);
      this.beganMs.push(begunMs);
      try {
        await (await fetch(this.url, { signal: this.over.signal })).text();
        this.waits.push({ second, waitMs: performance.now() - begunMs });
      } catch {
        // The target may be the one that the test does something to.
      }
      const waitMs = Math.max(0, begunMs + periodMs - performance.now());
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
