import { spawnSync } from 'node:child_process';
import type { Peer } from '../harness/bench-case.js';
import { installed } from '../harness/pinned-process.js';

export const peer: Peer = {
  name: 'h2load',
  install: 'apt-get install nghttp2-client',
  installed: () => installed('h2load'),
  version: () =>
    /nghttp2\/(\S+)/.exec(spawnSync('h2load', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 'unknown',
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic === 'json' || traffic === 'fresh') return undefined;
    return {
      command: 'h2load',
      args: ['--h1', '-t1', `-c${users}`, `-D${seconds}`, origin + path],
      answers: ({ stdout }) => Number(/(\d+) succeeded/.exec(stdout)?.[1]),
    };
  },
};
