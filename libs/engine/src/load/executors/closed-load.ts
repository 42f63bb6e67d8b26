import { LevelTrack, type LoadChange, type ShapeLoad, type Share, shareOf, type UsersLoad } from '@loadstar/shared';
import { ShareFollower } from '../share-follower.js';
import type { Executor, ExecutorContext, ExecutorStatus } from './executor.js';

/**
 * What the closed executors share: a track of the whole run's users, this engine's part of it, and the end of the run.
 * The strategies differ in who moves the track: the plan and changes by hand, or a shape.
 */
export abstract class ClosedLoad implements Executor {
  protected readonly track = new LevelTrack();
  protected ended: string | undefined;
  private readonly follower: ShareFollower;
  private share: Share;
  private own = 0;
  private nowMs: number;
  /** Milliseconds since the start of the run at which it stops by itself. */
  private endMs: number;

  constructor(
    protected readonly context: ExecutorContext,
    { runTimeMs }: UsersLoad | ShapeLoad,
  ) {
    this.share = context.share;
    this.nowMs = context.startMs;
    this.follower = new ShareFollower(context.startMs, context.share);
    this.endMs = runTimeMs ?? Infinity;
  }

  /** Moves the track up to `elapsedMs` where a strategy does so by itself. */
  protected abstract moveTrack(elapsedMs: number): void;

  advance(elapsedMs: number): void {
    this.nowMs = elapsedMs;
    if (this.ended !== undefined) return;
    this.moveTrack(elapsedMs);
    if (elapsedMs >= this.endMs) this.ended ??= 'run time reached';
    if (this.ended !== undefined) return;
    const spawnRate = this.track.rateAt(elapsedMs);
    this.own = this.follower.advance(elapsedMs, this.track.usersAt(elapsedMs), spawnRate);
    this.context.target.setUsers(this.own, elapsedMs, spawnRate / this.share.of);
  }

  change(change: LoadChange): void {
    if (change.runTimeMs !== undefined) this.endMs = change.atMs + change.runTimeMs;
    const { userClasses, classWeights, tasks } = change;
    if (userClasses ?? classWeights ?? tasks) this.context.target.select(change);
  }

  reshare(share: Share): void {
    if (share.index === this.share.index && share.of === this.share.of) return;
    this.share = share;
    this.follower.reshare(share);
    this.context.target.setShare(share);
  }

  get status(): ExecutorStatus {
    const targetUsers = this.track.targetAt(this.nowMs);
    const ownTarget = shareOf(targetUsers, this.share);
    return {
      targetUsers,
      ownTarget,
      spawnRate: this.track.rateAt(this.nowMs),
      phase: this.own === ownTarget && this.follower.caughtUp ? 'running' : 'spawning',
      ended: this.ended,
    };
  }

  /** Users within the ceiling of the plan. */
  protected bounded(users: number): number {
    return Math.min(users, this.context.maxUsers);
  }
}
