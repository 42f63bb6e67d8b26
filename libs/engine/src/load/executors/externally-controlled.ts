import type { ExternallyControlledLoad, LoadChange } from '@loadstar/shared';
import { ConstantVusExecutor } from './constant-vus.js';
import type { ExecutorContext } from './executor.js';

/** A number of users that is changed by hand while it runs, up to a ceiling. */
export class ExternallyControlledExecutor extends ConstantVusExecutor {
  constructor(context: ExecutorContext, load: ExternallyControlledLoad) {
    super(context, load, load.duration === 0 ? Infinity : load.duration * 1000, load.maxVUs);
  }

  /** A change that names no scenario is the plain "so many users" of the console. */
  protected override usersIn(change: LoadChange): number | undefined {
    return change.scenarios === undefined ? change.users : super.usersIn(change);
  }
}
