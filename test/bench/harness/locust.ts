/**
 * Locust as Debian packages it, one process, headless. A second of its CPU goes into imports; that is measured once and
 * taken off its account, because in rounds of a few seconds it would flatter us.
 */
import { spawnSync } from 'node:child_process';
import { runClient, installed } from './pinned-process.js';
import type { Peer } from './bench-case.js';
import { sourceFile } from './folders.js';

const importCpu = new Map<string, number>();

/** What Locust spends before its first request: listing the users of a file imports all that running it does. */
export async function measureLocustStart(): Promise<void> {
  if (!installed('locust')) return;
  for (const file of ['fast.py', 'http.py']) {
    const { cpuSeconds } = await runClient('locust', ['-f', sourceFile('locust', file), '--list'], {
      limitSeconds: 30,
    });
    importCpu.set(file, cpuSeconds);
  }
}

export function locustPeer(name: string, file: string): Peer {
  return {
    name,
    install: 'apt-get install python3-locust',
    installed: () => installed('locust'),
    version: () =>
      /locust (\S+)/.exec(spawnSync('locust', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 'unknown',
    plan({ traffic, origin, users, seconds }) {
      if (traffic !== 'get') return undefined;
      const load = ['--headless', '-u', String(users), '-r', String(users), '-t', `${seconds}s`, '--stop-timeout', '1'];
      return {
        command: 'locust',
        args: [
          '-f',
          sourceFile('locust', file),
          ...load,
          '--host',
          origin,
          '--only-summary',
          '--json',
          '--loglevel',
          'ERROR',
        ],
        answers: ({ stdout }) => (JSON.parse(stdout) as { num_requests: number }[])[0]?.num_requests ?? 0,
        startUp: importCpu.get(file) ?? 0,
      };
    },
  };
}
