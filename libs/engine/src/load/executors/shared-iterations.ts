import type { SharedIterationsLoad } from '@loadstar/shared';
import { workOf } from '../share-of-work.js';
import { CountedIterations } from './counted-iterations.js';
import type { ExecutorContext } from './executor.js';

/** A number of iterations that users share. Between engines they are dealt by users; in an engine who is faster does more. */
export class SharedIterationsExecutor extends CountedIterations {
  constructor(context: ExecutorContext, load: SharedIterationsLoad) {
    super(context, load, { together: workOf(load.iterations, Math.min(load.vus, context.maxUsers), context.share) });
  }
}
