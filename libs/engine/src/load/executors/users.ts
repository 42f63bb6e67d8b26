import type { LoadChange, UsersLoad } from '@loadstar/shared';
import { ClosedLoad } from './closed-load.js';
import type { ExecutorContext } from './executor.js';

/** A number of users, reached at a spawn rate and held; both can be changed while it runs. */
export class UsersExecutor extends ClosedLoad {
  constructor(context: ExecutorContext, load: UsersLoad) {
    super(context, load);
    this.track.change(0, this.bounded(load.users), load.spawnRate);
  }

  override change(change: LoadChange): void {
    super.change(change);
    this.track.change(change.atMs, this.bounded(change.users), change.spawnRate);
  }

  protected override moveTrack(): void {
    // The plan and changes by hand have said everything in advance.
  }
}
