import type { Peer } from '../harness/bench-case.js';
import { packageVersion } from '../harness/package-version.js';
import { installed } from '../harness/pinned-process.js';

export const peer: Peer = {
  name: 'hey',
  install: 'apt-get install hey',
  installed: () => installed('hey'),
  // It does not tell its own version.
  version: () => packageVersion('hey'),
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic === 'json') return undefined;
    const more = traffic === 'fresh' ? ['-disable-keepalive'] : [];
    return {
      command: 'hey',
      args: ['-z', `${seconds}s`, '-c', String(users), '-cpus', '1', ...more, origin + path],
      answers: ({ stdout }) => Number(/\[200\]\s+(\d+) responses/.exec(stdout)?.[1]),
    };
  },
};
