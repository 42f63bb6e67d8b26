import type { Peer } from '../harness/bench-case.js';
import { builtFile } from '../harness/folders.js';
import { peer as autocannon } from './autocannon.js';

/** Autocannon doing what a scripted user does, a look at every answer: see `engine/run-autocannon.ts`. */
export const peer: Peer = {
  ...autocannon,
  name: 'autocannon with a check',
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic !== 'get') return undefined;
    return {
      command: process.execPath,
      args: [builtFile('engine/run-autocannon'), JSON.stringify({ origin, path, users, seconds })],
      answers: ({ stdout }) => Number(stdout),
    };
  },
};
