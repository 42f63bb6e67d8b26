import { type RampingArrivalRateLoad, rampingRate } from '@loadstar/shared';
import type { ExecutorContext } from './executor.js';
import { OpenLoad } from './open-load.js';

/** Arrivals at a rate that follows stages; by hand it cannot be changed. */
export class RampingArrivalRateExecutor extends OpenLoad {
  constructor(context: ExecutorContext, load: RampingArrivalRateLoad) {
    super(context, load, rampingRate(load));
  }

  override change(): void {
    // The stages have said everything.
  }
}
