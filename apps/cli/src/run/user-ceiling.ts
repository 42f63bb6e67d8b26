// The command line has no master to say how many users or arrivals are too many; the same variables bound it.
import { environment, type LoadPlan, LoadstarError, peakUsersOf, readConfig, setting } from '@loadstar/shared';
import { z } from 'zod';

const schema = z.object({
  LOADSTAR_MAX_USERS: setting.integer(1_000_000, 1, 10_000_000),
  LOADSTAR_MAX_RATE: setting.optionalNumber(0.001, 1e9),
});

/** Most users of a run, from `LOADSTAR_MAX_USERS`; a million when it is not set. @throws LoadstarError INVALID_CONFIG */
export function userCeiling(source = environment()): number {
  return readConfig(schema, source).LOADSTAR_MAX_USERS;
}

/** Most arrivals per second of a run, from `LOADSTAR_MAX_RATE`; undefined: any. @throws LoadstarError INVALID_CONFIG */
export function rateCeiling(source = environment()): number | undefined {
  return readConfig(schema, source).LOADSTAR_MAX_RATE;
}

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
