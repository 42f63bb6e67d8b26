// The command line has no master to say how many users or arrivals are too many; the same variables bound it.
import { environment, readConfig, setting } from '@loadstar/shared';
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
