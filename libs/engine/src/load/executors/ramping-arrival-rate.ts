import type { RampingArrivalRateLoad } from '@loadstar/shared';
import { RateTrack } from '../rate-track.js';
import type { ExecutorContext } from './executor.js';
import { OpenLoad } from './open-load.js';

/** Arrivals at a rate that follows stages; by hand it cannot be changed. */
export class RampingArrivalRateExecutor extends OpenLoad {
  constructor(context: ExecutorContext, load: RampingArrivalRateLoad) {
    const track = new RateTrack(load.timeUnit * 1000);
    let from = load.startRate;
    for (const { duration, target } of load.stages) {
      track.append(duration * 1000, from, target);
      from = target;
    }
    super(context, load, track);
  }

  override change(): void {
    // The stages have said everything.
  }
}
