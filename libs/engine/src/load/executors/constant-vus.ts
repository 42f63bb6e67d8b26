import type { ConstantVusLoad, ExternallyControlledLoad, LoadChange } from '@loadstar/shared';
import type { ExecutorContext } from './executor.js';
import { changeOf, KeptUsers } from './kept-users.js';

/** A number of users that is there at once and stays; a change by hand sets another. */
export class ConstantVusExecutor extends KeptUsers {
  /** Numbers and the moments from which they hold, oldest first. */
  private steps: { readonly atMs: number; readonly users: number }[];

  constructor(
    context: ExecutorContext,
    protected readonly load: ConstantVusLoad | ExternallyControlledLoad,
    lengthMs = load.duration * 1000,
    protected readonly ceiling = Infinity,
  ) {
    super(context, lengthMs, load.vus);
    this.steps = [{ atMs: 0, users: load.vus }];
  }

  override change(change: LoadChange): void {
    const users = this.usersIn(change);
    if (users === undefined) return;
    const { atMs } = change;
    this.steps = [...this.steps.filter((step) => step.atMs <= atMs), { atMs, users: Math.min(users, this.ceiling) }];
  }

  protected usersIn(change: LoadChange): number | undefined {
    return changeOf(change, this.load)?.vus;
  }

  protected override usersAt(elapsedMs: number): number {
    return this.steps.findLast(({ atMs }) => atMs <= elapsedMs)?.users ?? 0;
  }
}
