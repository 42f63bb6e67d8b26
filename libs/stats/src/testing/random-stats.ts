/** Random but honest statistics for property tests: everything recorded through the public methods. */
import { SeededRandom } from '@loadstar/shared';
import { outcomes } from '../outcome.js';
import { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from '../snapshot/header.js';

const names = ['/users', '/users/[id]', '/orders', '/health', '/größe €', ''];
const methods = ['GET', 'POST', 'WS'];

/** Records `steps` random events into `stats`. */
export function recordSome(stats: RunStats, random: SeededRandom, steps: number, elapsedMs = 0): void {
  for (let step = 0; step < steps; step++) {
    const series = stats.series({
      userClass: random.pick(['Shopper', 'Admin']),
      method: random.pick(methods),
      name: random.pick(names),
    });
    series.start();
    stats.task(series.key.userClass, random.pick(['list', 'Forum / read'])).started++;
    stats.iterations.started++;
    const serviceUs = Math.round(10 ** random.between(0, 8));
    const responseUs = random.next() < 0.9 ? serviceUs : serviceUs + random.int(0, 1_000_000);
    const outcome = random.next() < 0.8 ? 'ok' : random.pick(outcomes);
    series.finish(outcome, serviceUs, responseUs, random.int(0, 5_000), elapsedMs + step);
    series.bytesSent += random.int(0, 100);
    if (outcome !== 'ok') stats.error(series.key.method, series.key.name, `failed: ${outcome}`, 1_000 + step);
    stats.check(random.pick(['has a name', 'is fast']), random.next() < 0.9);
    if (random.next() < 0.05) stats.exception('boom', `Error: boom\n    at line ${random.int(1, 3)}`, 2_000 + step);
    if (random.next() < 0.1) stats.connect.record(random.int(50, 5_000));
    stats.lag.record(random.int(0, 3_000));
    stats.connections.opened += random.int(0, 1);
    stats.iterations.finished++;
    if (random.next() < 0.01) stats.droppedArrivals++;
  }
}

export function randomStats(seed: number, steps = 40): RunStats {
  const stats = new RunStats();
  recordSome(stats, new SeededRandom(seed), steps);
  return stats;
}

export function headerOf(change: Partial<SnapshotHeader> = {}): SnapshotHeader {
  return {
    runId: 'run-1',
    worker: 'worker-1',
    incarnation: 'inc-1',
    seq: 1,
    elapsedMs: 1_000,
    startedMs: undefined,
    phase: 'running',
    final: false,
    reason: undefined,
    users: 10,
    targetUsers: 20,
    spawnRate: 5,
    usersByClass: { Shopper: 7, Admin: 3 },
    health: {
      cpuPercent: 12.5,
      rssBytes: 90_000_000,
      loopLagMs: 1.25,
      loopUtilisation: 0.2,
      errorBoundMs: 0.1,
      scheduleLagMs: 0.5,
      engines: 2,
    },
    ...change,
  };
}
