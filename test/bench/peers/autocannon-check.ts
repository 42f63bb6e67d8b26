import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Peer } from '../harness/bench-case.js';
import { builtFile } from '../harness/folders.js';

const home = resolve('node_modules/autocannon');

/** Autocannon doing what a scripted user does, a look at every answer: see `engine/run-autocannon.ts`. */
export const peer: Peer = {
  name: 'autocannon with a check',
  install: 'npm ci',
  installed: () => existsSync(home),
  version: () => (JSON.parse(readFileSync(`${home}/package.json`, 'utf8')) as { version: string }).version,
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic !== 'get') return undefined;
    return {
      command: process.execPath,
      args: [builtFile('engine/run-autocannon'), JSON.stringify({ origin, path, users, seconds })],
      answers: ({ stdout }) => Number(stdout),
    };
  },
};
