import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Peer } from '../harness/bench-case.js';
import { builtFile } from '../harness/folders.js';

const home = resolve('node_modules/undici');

/** Undici as somebody would use it who writes the load loop by hand: see `engine/run-undici.ts`. */
export const peer: Peer = {
  name: 'undici',
  install: 'npm ci',
  installed: () => existsSync(home),
  version: () => (JSON.parse(readFileSync(`${home}/package.json`, 'utf8')) as { version: string }).version,
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic === 'fresh') return undefined;
    return {
      command: process.execPath,
      args: [
        builtFile('engine/run-undici'),
        JSON.stringify({ origin, path, users, seconds, post: traffic === 'json' }),
      ],
      answers: ({ stdout }) => Number(stdout),
    };
  },
};
