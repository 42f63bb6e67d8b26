import type { PerVuIterationsLoad } from '@loadstar/shared';
import { CountedIterations } from './counted-iterations.js';
import type { ExecutorContext } from './executor.js';

/** A number of iterations for each user. */
export class PerVuIterationsExecutor extends CountedIterations {
  constructor(context: ExecutorContext, load: PerVuIterationsLoad) {
    super(context, load, { each: load.iterations });
  }
}
