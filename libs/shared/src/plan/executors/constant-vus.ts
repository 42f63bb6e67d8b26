import type { ConstantVusLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { type ExecutorSpec, sayUsers } from './executor-spec.js';
import { optional, seconds, users } from './field.js';

/** A number of users that stays. */
export const constantVus: ExecutorSpec<ConstantVusLoad> = {
  name: 'constant-vus',
  fields: { vus: optional(users(1), 1), duration: seconds(true) },
  describe: ({ vus, duration }) => `${sayUsers(vus)} for ${sayDuration(duration)}`,
  lengthSeconds: ({ duration }) => duration,
  mostUsers: ({ vus }) => vus,
};
