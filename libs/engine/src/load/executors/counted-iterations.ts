import { shareOf } from '@loadstar/shared';
import type { Executor, ExecutorContext, ExecutorStatus, IterationLimit } from './executor.js';

/**
 * What the executors with a number of iterations share. Users and iterations are dealt once, at the start: moving them
 * later would have to know what a lost engine had done, and would do some of it twice. So an engine that joins late has
 * nothing to do, and what a lost one had left stays undone.
 */
export class CountedIterations implements Executor {
  private readonly own: number;
  private begun = false;
  private ended: string | undefined;

  /**
   * @param vus users of the whole run
   * @param maxDuration seconds after which no iteration starts any more
   * @param limit what this engine's users may do
   */
  constructor(
    private readonly context: ExecutorContext,
    private readonly load: { readonly vus: number; readonly maxDuration: number },
    private readonly limit: IterationLimit,
  ) {
    this.own = context.startMs > 0 ? 0 : shareOf(Math.min(load.vus, context.maxUsers), context.share);
  }

  advance(elapsedMs: number): void {
    if (this.ended !== undefined) return;
    const { target } = this.context;
    if (!this.begun) {
      this.begun = true;
      target.limitIterations(this.limit);
      target.setUsers(this.own, elapsedMs, 0);
    }
    if (elapsedMs >= this.load.maxDuration * 1000) this.ended = 'its longest time is over';
    else if (target.users === 0) this.ended = 'its iterations are done';
  }

  change(): void {
    // Neither users nor iterations can be changed once they are dealt.
  }

  reshare(): void {
    // See above: what was dealt stays.
  }

  get status(): ExecutorStatus {
    const { own: ownTarget, ended } = this;
    return { targetUsers: this.load.vus, ownTarget, spawnRate: 0, phase: 'running', ended };
  }
}
