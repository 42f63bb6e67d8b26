/**
 * How late the machine is at the moment: a timer of the test's own process fires every ten milliseconds, and what it fires
 * late adds up. Taken off a time that was measured meanwhile, what is left is about the process that is tested.
 */
const periodMs = 10;

export class Lateness {
  private lastMs = performance.now();
  private lateMs = 0;
  private readonly timer = setInterval(() => this.look(), periodMs).unref();

  /** @returns by how much it was late in all, milliseconds */
  end(): number {
    clearInterval(this.timer);
    this.look();
    return this.lateMs;
  }

  private look(): void {
    const nowMs = performance.now();
    // A few milliseconds are the timer's own.
    const lateMs = nowMs - this.lastMs - periodMs;
    if (lateMs > periodMs) this.lateMs += lateMs;
    this.lastMs = nowMs;
  }
}
