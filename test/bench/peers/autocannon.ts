import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Peer } from '../harness/bench-case.js';

const home = resolve('node_modules/autocannon');

export const peer: Peer = {
  name: 'autocannon',
  install: 'npm ci',
  installed: () => existsSync(home),
  version: () => (JSON.parse(readFileSync(`${home}/package.json`, 'utf8')) as { version: string }).version,
  plan({ traffic, origin, path, users, seconds }) {
    if (traffic === 'json' || traffic === 'fresh') return undefined;
    return {
      command: process.execPath,
      args: [`${home}/autocannon.js`, '-c', String(users), '-d', String(seconds), '--json', origin + path],
      answers: ({ stdout }) => (JSON.parse(stdout) as { '2xx': number })['2xx'],
    };
  },
};
