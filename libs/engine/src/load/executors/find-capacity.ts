import { type FindCapacityLoad, type LoadChange, RateTrack, scenarioEndSeconds } from '@loadstar/shared';
import type { ExecutorContext } from './executor.js';
import { changeOf } from './kept-users.js';
import { OpenLoad } from './open-load.js';

/**
 * The steps of a capacity search. Each rate comes by a change from whoever leads the run; here a step ends by itself and
 * never goes beyond the cap, whatever is asked for or lost on the way.
 */
export class FindCapacityExecutor extends OpenLoad {
  private readonly stepMs: number;
  private readonly maxRate: number;

  constructor(context: ExecutorContext, load: FindCapacityLoad) {
    const stepMs = load.stepDuration * 1000;
    const restMs = (scenarioEndSeconds(load) - load.startTime) * 1000 - stepMs;
    const rate = Math.min(load.startRate, load.maxRate);
    super(context, load, new RateTrack(load.timeUnit * 1000).append(stepMs, rate, rate).append(restMs, 0, 0));
    this.stepMs = stepMs;
    this.maxRate = load.maxRate;
  }

  override change(change: LoadChange): void {
    const rate = changeOf(change, this.load)?.rate;
    if (rate === undefined) return;
    this.sequence.changeRate(change.atMs, Math.min(rate, this.maxRate));
    this.sequence.changeRate(change.atMs + this.stepMs, 0);
    this.skipMissed();
  }
}
