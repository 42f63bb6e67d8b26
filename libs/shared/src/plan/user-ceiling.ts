import { LoadstarError } from '../errors/index.js';
import type { LoadPlan } from './plan.js';
import { peakUsersOf } from './scenario-facts.js';

/**
 * A load that may need more users at once than are allowed is refused before anything starts. Of a shape nobody knows
 * before it runs; there the ceiling cuts.
 * @throws LoadstarError USER_CEILING
 */
export function checkCeiling<T extends LoadPlan>(load: T, ceiling: number): T {
  const users = load.kind === 'users' ? load.users : load.kind === 'scenarios' ? peakUsersOf(load.scenarios) : 0;
  if (users > ceiling) throw new LoadstarError('USER_CEILING', { users, ceiling });
  return load;
}
