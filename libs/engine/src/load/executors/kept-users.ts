import { type LoadChange, type ScenarioChange, type ScenarioLoad, type Share, shareOf } from '@loadstar/shared';
import { ShareFollower } from '../share-follower.js';
import type { Executor, ExecutorContext, ExecutorStatus } from './executor.js';

/** What a change by hand says of one scenario. */
export function changeOf(change: LoadChange, { name }: ScenarioLoad): ScenarioChange | undefined {
  return change.scenarios?.find((each) => each.name === name);
}

/**
 * What scenarios that keep a number of users share: the plan says how many the whole run has at a moment, this engine
 * keeps its part. The strategies differ in where the number comes from.
 */
export abstract class KeptUsers implements Executor {
  private readonly follower: ShareFollower;
  private share: Share;
  private own = 0;
  private wanted = 0;
  private ended: string | undefined;

  /**
   * @param lengthMs when the scenario is over, Infinity for never
   * @param most users of the whole run at any moment: after a change of shares they move within about a second
   */
  constructor(
    protected readonly context: ExecutorContext,
    private readonly lengthMs: number,
    private readonly most: number,
  ) {
    this.share = context.share;
    this.follower = new ShareFollower(context.startMs, context.share);
  }

  /** Users of the whole run at a moment. */
  protected abstract usersAt(elapsedMs: number): number;

  abstract change(change: LoadChange): void;

  advance(elapsedMs: number): void {
    if (this.ended !== undefined) return;
    if (elapsedMs >= this.lengthMs) {
      this.ended = 'its time is over';
      return;
    }
    this.wanted = Math.min(this.context.maxUsers, this.usersAt(elapsedMs));
    const rate = Math.max(1, this.most);
    this.own = this.follower.advance(elapsedMs, this.wanted, rate);
    this.context.target.setUsers(this.own, elapsedMs, rate / this.share.of);
  }

  reshare(share: Share): void {
    if (share.index === this.share.index && share.of === this.share.of) return;
    this.share = share;
    this.follower.reshare(share);
    this.context.target.setShare(share);
  }

  get status(): ExecutorStatus {
    const ownTarget = shareOf(this.wanted, this.share);
    return {
      targetUsers: this.wanted,
      ownTarget,
      spawnRate: 0,
      phase: this.own === ownTarget ? 'running' : 'spawning',
      ended: this.ended,
    };
  }
}
