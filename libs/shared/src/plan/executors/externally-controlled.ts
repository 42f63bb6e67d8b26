import type { ExternallyControlledLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import { type ExecutorSpec, sayUsers } from './executor-spec.js';
import { optional, seconds, users } from './field.js';

/** A number of users that is changed by hand while it runs. */
export const externallyControlled: ExecutorSpec<ExternallyControlledLoad> = {
  name: 'externally-controlled',
  // Without `maxVUs` as many as `vus`.
  fields: { vus: optional(users(0), 1), maxVUs: optional(users(1), undefined), duration: optional(seconds(false), 0) },
  together: ({ vus, maxVUs }) => (maxVUs < vus ? [['maxVUs', `at least vus (${vus})`]] : []),
  describe: ({ vus, maxVUs, duration }) =>
    `${sayUsers(vus)} to begin with, at most ${maxVUs}, ${duration === 0 ? 'until stopped' : `for ${sayDuration(duration)}`}`,
  lengthSeconds: ({ duration }) => (duration === 0 ? Infinity : duration),
  mostUsers: ({ maxVUs }) => maxVUs,
};
