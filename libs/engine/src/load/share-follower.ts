import { type Share, shareOf } from '@loadstar/shared';

/**
 * How many of the run's users one share holder has. Normally that is exactly its share. After a change of shares (a
 * worker came or went) or a late join the holder's own count is off and has to move, so that the target never sees a
 * jump that nobody asked for:
 * - up, at its part of the spawn rate, so that all holders together start no more users than the plan allows;
 * - down, spread over the time in which newcomers fill up (users / spawn rate), so that the total stays where it is.
 */
export class ShareFollower {
  private count = 0;
  private wanted = 0;
  /** True while the count equals the share; it then follows the plan, which is rate-limited by itself. */
  private inStep: boolean;
  /** Users that may still be started or ended in the current catching up, with a fraction. */
  private allowance = 0;
  /** What was above the share when shares changed, as a part of the whole run; undefined before the first look. */
  private surplus: number | undefined;
  private lastMs: number;

  /** @param startMs milliseconds since the start of the run at which this holder begins with no users */
  constructor(
    startMs: number,
    private share: Share,
  ) {
    this.lastMs = startMs;
    this.inStep = startMs <= 0;
  }

  reshare(share: Share): void {
    this.share = share;
    this.inStep = false;
    this.allowance = 0;
    this.surplus = undefined;
  }

  /** Whether the count is exactly the share. */
  get caughtUp(): boolean {
    return this.inStep;
  }

  /**
   * @param elapsedMs milliseconds since the start of the run; never earlier than in the call before
   * @param users users of the whole run at that moment
   * @param spawnRate users per second of the whole run
   * @returns users that this holder has to have
   */
  advance(elapsedMs: number, users: number, spawnRate: number): number {
    const passedMs = Math.max(0, elapsedMs - this.lastMs);
    this.lastMs = Math.max(this.lastMs, elapsedMs);
    const before = this.wanted;
    this.wanted = shareOf(users, this.share);
    if (this.inStep) this.count = this.wanted;
    else this.catchUp(passedMs / 1000, before, users, spawnRate);
    return this.count;
  }

  private catchUp(passedSeconds: number, wantedBefore: number, users: number, spawnRate: number): void {
    const { of } = this.share;
    // At the first look what is wanted has moved because of the shares, not of the plan.
    const planned = this.surplus === undefined ? 0 : this.wanted - wantedBefore;
    this.surplus ??= Math.max(0, this.count - this.wanted) / Math.max(1, users);
    const above = this.count > this.wanted;
    this.allowance += passedSeconds * spawnRate * (above ? this.surplus : 1 / of);
    // While the plan itself moves, all holders together must still move as it says: who is above follows it down on top
    // of giving up and gives nothing up while it rises; who is below does not start users that it would have to stop.
    if (above && planned < 0) this.count = Math.max(this.wanted, this.count + planned);
    else if (above) this.allowance -= planned * this.surplus * of;
    else if (planned < 0) this.allowance += planned;
    this.allowance = Math.max(this.allowance, -1);
    const gap = this.wanted - this.count;
    const step = Math.min(Math.abs(gap), Math.max(0, Math.floor(this.allowance + 1e-9)));
    this.count += Math.sign(gap) * step;
    // What was not needed is not saved up: a pause in the plan must not become a burst later.
    this.allowance = step === Math.abs(gap) ? 0 : this.allowance - step;
    this.inStep = this.count === this.wanted;
  }
}
