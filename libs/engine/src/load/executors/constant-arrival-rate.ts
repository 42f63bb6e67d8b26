import { type ConstantArrivalRateLoad, type LoadChange, RateTrack } from '@loadstar/shared';
import type { ExecutorContext } from './executor.js';
import { changeOf } from './kept-users.js';
import { OpenLoad } from './open-load.js';

/** Arrivals at a rate that stays until it is changed by hand. */
export class ConstantArrivalRateExecutor extends OpenLoad {
  constructor(context: ExecutorContext, load: ConstantArrivalRateLoad) {
    super(context, load, new RateTrack(load.timeUnit * 1000).append(load.duration * 1000, load.rate, load.rate));
  }

  override change(change: LoadChange): void {
    const rate = changeOf(change, this.load)?.rate;
    if (rate === undefined) return;
    const most = (this.context.maxRate ?? Infinity) * this.load.timeUnit;
    this.sequence.changeRate(change.atMs, Math.min(rate, most));
    this.skipMissed();
  }
}
