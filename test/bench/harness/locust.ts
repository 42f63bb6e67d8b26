/**
 * Locust as Debian packages it, one process, headless. A second of its CPU goes into imports; that is measured once, so
 * that a row can say what the comparison is without it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClient, installed } from './pinned-process.js';
import type { Peer } from './bench-case.js';
import { sourceFile } from './folders.js';
import { packageVersion } from './package-version.js';

const importCpu = new Map<string, number>();

/**
 * What Locust spends before its first request: listing the users of a file imports all that running it does. The least of
 * three, because the first reads from disk what later ones have in memory, and what is taken off too much flatters Locust.
 */
export async function measureLocustStart(): Promise<void> {
  if (!installed('locust')) return;
  for (const file of ['fast.py', 'http.py']) {
    const args = ['-f', sourceFile('locust', file), '--list'];
    const spent: number[] = [];
    for (let i = 0; i < 3; i++) spent.push((await runClient('locust', args, { limitSeconds: 30 })).cpuSeconds);
    importCpu.set(file, Math.min(...spent));
  }
}

export function locustPeer(name: string, file: string): Peer {
  return {
    name,
    install: 'apt-get install python3-locust',
    installed: () => installed('locust'),
    // The packaged one does not tell its own version.
    version: () => packageVersion('python3-locust'),
    plan({ traffic, origin, users, seconds, folder }) {
      if (traffic !== 'get') return undefined;
      const results = join(folder, 'locust');
      const load = ['--headless', '-u', String(users), '-r', String(users), '-t', `${seconds}s`, '--stop-timeout', '1'];
      const quiet = ['--only-summary', '--loglevel', 'ERROR', '--csv', results];
      return {
        command: 'locust',
        args: ['-f', sourceFile('locust', file), ...load, ...quiet, '--host', origin],
        answers: () => aggregated(readFileSync(`${results}_stats.csv`, 'utf8')),
        startUp: importCpu.get(file) ?? 0,
      };
    },
  };
}

/** Requests less failures of the last row: `,Aggregated,REQUESTS,FAILURES,...`. */
function aggregated(csv: string): number {
  const [, , requests, failures] = csv.trimEnd().split('\n').at(-1)?.split(',') ?? [];
  return Number(requests) - Number(failures);
}
