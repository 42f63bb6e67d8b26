import { type RampingVusLoad, usersOnRamp } from '@loadstar/shared';
import type { ExecutorContext } from './executor.js';
import { KeptUsers } from './kept-users.js';

/** A number of users that follows stages; by hand it cannot be changed. */
export class RampingVusExecutor extends KeptUsers {
  constructor(
    context: ExecutorContext,
    private readonly load: RampingVusLoad,
  ) {
    const lengthMs = load.stages.reduce((sum, { duration }) => sum + duration * 1000, 0);
    super(context, lengthMs, Math.max(load.startVUs, ...load.stages.map(({ target }) => target)));
  }

  override change(): void {
    // The stages have said everything.
  }

  protected override usersAt(elapsedMs: number): number {
    return usersOnRamp(this.load.startVUs, this.load.stages, elapsedMs);
  }
}
