import type { NestedTaskSet, TaskEntry } from '@loadstar/scenario';
import type { IterationCounts } from '@loadstar/stats';
import { TaskFrame } from './task-frame.js';
import type { UserKind } from './user-kind.js';
import { VirtualUser } from './virtual-user.js';

const nowhere = (): IterationCounts => ({ started: 0, finished: 0, failed: 0, interrupted: 0 });

/**
 * A user of an open load: it does one arrival when it is told to, then is free again. A nested task set is visited from
 * its start until it is left, and the whole visit is the one iteration that was planned.
 */
export class ArrivalUser extends VirtualUser {
  private root: TaskFrame | undefined;
  private free = false;
  /** Takes the counts of the tasks within a visit. */
  private within: IterationCounts | undefined;

  /** @param onFree called whenever the user is ready for an arrival */
  constructor(
    kind: UserKind,
    id: number,
    onEnded: (user: VirtualUser) => void,
    private readonly onFree: (user: ArrivalUser) => void,
  ) {
    super(kind, id, onEnded);
  }

  /** Does one arrival; only for a user that is free. @param intendedMs when it was due, monotonic milliseconds */
  run(entry: TaskEntry, intendedMs: number): void {
    this.free = false;
    void this.perform(entry, intendedMs);
  }

  override stop(): void {
    super.stop();
    if (!this.free || this.over) return;
    this.free = false;
    void this.finish();
  }

  override interrupt(): void {
    if (!this.over && this.within) {
      this.within = undefined;
      this.inIteration = true;
    }
    super.interrupt();
  }

  protected override get iterations(): IterationCounts {
    return this.within ?? super.iterations;
  }

  protected override started(): void {
    this.root = this.frame;
    this.ready();
  }

  private ready(): void {
    if (this.over) return;
    if (this.stopping) {
      void this.finish();
      return;
    }
    this.free = true;
    this.onFree(this);
  }

  private async perform(entry: TaskEntry, intendedMs: number): Promise<void> {
    const { root } = this;
    if (!root) return;
    this.intend(intendedMs);
    this.kind.countStart(entry, root);
    const next = entry.nested ? await this.visit(entry.nested, root) : await this.iterate(entry, root);
    if (this.over) return;
    this.intend(undefined);
    if (next === 'stop') await this.finish();
    else this.ready();
  }

  private async visit(nested: NestedTaskSet, root: TaskFrame): Promise<'stop' | undefined> {
    const counts = super.iterations;
    counts.started++;
    this.within = nowhere();
    let next = await this.enter(nested);
    while (!this.over && next !== 'stop' && this.frame && this.frame !== root) {
      if (next === 'after wait') await this.sleep(this.waitMs() / 1000);
      const entry = this.frame.next();
      this.kind.countStart(entry, this.frame);
      next = entry.nested ? await this.enter(entry.nested) : await this.iterate(entry, this.frame);
      const { turns } = this.kind.services;
      if (turns.due()) await turns.nextTurn();
    }
    if (this.over) return 'stop';
    this.within = undefined;
    counts.finished++;
    return next === 'stop' ? 'stop' : undefined;
  }
}
