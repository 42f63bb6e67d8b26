/**
 * Until when a worker may carry its share in a run whose shares are given to others when a worker is lost. It is counted
 * from the last beat that the master has confirmed, from the moment that beat left: the master cannot count it lost
 * before `lostMs` after that moment, and the fence is closed before. Two workers on one share are impossible, not unlikely.
 */
export class ShareFence {
  private losses: number | undefined;
  /** Own time from which a share that was told holds; undefined while no share has to be waited for. */
  private shareFromMs: number | undefined;

  /**
   * @param fenceMs time since the last confirmed beat after which nothing may begin
   * @param confirmedMs own monotonic time of the last confirmed beat, or of the start
   */
  constructor(
    private readonly fenceMs: number,
    private confirmedMs: number,
  ) {}

  /** A beat that left at `sentMs` was answered. Once given up, the worker has to be told a share before it goes on. */
  confirmed(sentMs: number, losses: number): void {
    // A smaller number is another master's, which finds out who holds what when the worker joins it.
    if (this.losses !== undefined && losses > this.losses) this.shareFromMs = Infinity;
    this.losses = losses;
    this.confirmedMs = Math.max(this.confirmedMs, sentMs);
  }

  /** The master told a share, which holds from `fromMs` of the own clock. */
  told(fromMs: number): void {
    if (this.shareFromMs !== undefined) this.shareFromMs = fromMs;
  }

  /** @returns own time until which iterations may begin; undefined: as it was lent last */
  leaseUntilMs(nowMs: number): number | undefined {
    if (this.shareFromMs !== undefined) {
      if (nowMs < this.shareFromMs) return undefined;
      this.shareFromMs = undefined;
    }
    return this.confirmedMs + this.fenceMs;
  }
}
