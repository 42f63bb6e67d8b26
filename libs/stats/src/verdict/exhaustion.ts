/** What the generator's own machine ran out of: such failures say nothing of the target. */
import type { RunStats } from '../run-stats/run-stats.js';

const means: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'local ports',
  EMFILE: 'file descriptors of a process',
  ENFILE: 'file descriptors of the machine',
  ENOBUFS: 'buffers for sockets',
};

/** One sentence for each means that was exhausted; none in a sound run. */
export function exhaustion(stats: RunStats): string[] {
  const counts = new Map<string, number>();
  for (const { text, count } of stats.errors) {
    const code = Object.keys(means).find((each) => text.includes(each));
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return [...counts].map(
    ([code, count]) => `the generator ran out of ${means[code] ?? code} (${code}): ${count} requests were not made`,
  );
}
