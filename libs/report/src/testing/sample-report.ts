/** A run as it might have been, for tests and for looking at reports: 90 seconds of a spike against a small shop. */
import { type RunEvent, SeededRandom } from '@loadstar/shared';
import {
  type RunSummary,
  RunStats,
  type SeriesPoint,
  type SlicedRun,
  SliceStore,
  summarise,
  TimeSeries,
} from '@loadstar/stats';
import type { RunDetails } from '../stored/stored-run.js';

const endpoints = [
  { method: 'GET', name: '/users', weight: 6, ms: 12 },
  { method: 'GET', name: '/users/[id]', weight: 4, ms: 7 },
  { method: 'POST', name: '/orders', weight: 2, ms: 34 },
  { method: 'GET', name: '/search?q=[words]', weight: 2, ms: 58 },
  { method: 'DELETE', name: '/sessions/[token]', weight: 1, ms: 5 },
];
const mix = endpoints.flatMap((endpoint) => Array.from({ length: endpoint.weight }, () => endpoint));

export function sampleReport(seconds = 90): {
  summary: RunSummary;
  points: SeriesPoint[];
  details: Required<RunDetails>;
} {
  const random = new SeededRandom('sample');
  const stats = new RunStats();
  const series = new TimeSeries();
  const slices = new SliceStore();
  for (let second = 0; second < seconds; second++) {
    const planned = second < 30 ? 10 : second < 60 ? 50 : 20;
    const users = Math.round(
      second < 30
        ? Math.min(10, 2 + second)
        : second < 60
          ? Math.min(50, 10 + (second - 30) * 5)
          : Math.max(20, 50 - (second - 60) * 6),
    );
    const delta = recordSecond(random, users, second);
    stats.merge(delta);
    series.add(delta, second * 1_000, (second + 1) * 1_000);
    slices.add(delta, second * 1_000, (second + 1) * 1_000);
    series.users('w1', second * 1_000, users, planned);
  }
  const sliced = slices.sliced();
  return { summary: summaryOf(stats, sliced, seconds), points: series.points(), details: { slices: sliced, stats } };
}

function recordSecond(random: SeededRandom, users: number, second: number): RunStats {
  const stats = new RunStats();
  const strain = Math.max(1, users / 18);
  const requests = Math.round(users * 4 * random.between(0.92, 1.08));
  for (let n = 0; n < requests; n++) {
    const { method, name, ms } = random.pick(mix);
    const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const serviceUs = Math.round(ms * 1_000 * strain * Math.exp(0.45 * gauss));
    const broken = users > 40 && random.next() < 0.04;
    const one = stats.series({ userClass: 'Shopper', method, name });
    one.start();
    one.finish(
      broken ? random.pick(['status', 'status', 'timeout', 'check'] as const) : 'ok',
      serviceUs,
      serviceUs + random.int(0, 900),
      random.int(200, 2_400),
      second * 1_000 + n,
    );
    one.bytesSent += method === 'POST' ? 120 : 0;
    if (broken) stats.error(method, name, 'HTTP 503 Service Unavailable', Date.UTC(2026, 0, 2, 3, 4, 5 + second));
    stats.check('answers within a second', serviceUs < 1_000_000);
    stats.check('has a name', !broken);
    stats.lag.record(random.int(20, 900));
    stats.iterations.started++;
    stats.iterations.finished++;
  }
  if (second === 45)
    stats.exception(
      'Cannot read properties of undefined (reading "name")',
      'TypeError: Cannot read properties of undefined (reading "name")\n    at Shopper.one (scenarios/spike-load.ts:24:51)\n    at VirtualUser.iterate',
      1,
    );
  for (let n = 0; n < 2; n++) stats.connect.record(random.int(300, 2_500));
  stats.connections.opened += 2;
  return stats.seenBy('worker-1');
}

function event(second: number, kind: RunEvent['kind'], text: string): RunEvent {
  return { second, at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + second)).toISOString(), kind, text };
}

function summaryOf(stats: RunStats, slices: SlicedRun, seconds: number): RunSummary {
  return summarise(
    stats,
    {
      runId: 'k3v9q2m1x7ab',
      scenario: 'spike-load.ts',
      host: 'http://localhost:5001',
      seed: 'tea-4711',
      startedAt: '2026-01-02T03:04:05.000Z',
      endedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + seconds)).toISOString(),
      elapsedSeconds: seconds,
      countedFromMs: 0,
      users: 50,
      targetUsers: null,
      spawnRate: null,
      shape: 'Spike',
      userClasses: ['Shopper'],
      workers: 1,
      engines: 2,
      loadstarVersion: '0.1.0',
      nodeVersion: 'v20.19.0',
      verdict: 'failed',
      verdictReasons: ['Threshold not met: request_failed rate<0.01'],
      unreportedAtMost: 0,
      environment: { 'Operating system': 'Linux 6.8, x64', Processor: '2 cores' },
    },
    {
      slices,
      events: [
        event(0, 'phase', 'Started on 1 worker.'),
        event(31, 'edited', 'Load changed: 50 users.'),
        event(52, 'joined', 'Worker worker-2 joined.'),
        event(70, 'lost', 'Worker worker-2 was lost.'),
        event(seconds, 'phase', 'Finished.'),
      ],
      thresholds: {
        'request_duration{name:/users}': ['p95<500', 'p99.9<2000'],
        request_failed: ['rate<0.01'],
        checks: ['rate>0.9'],
      },
      headers: [
        {
          runId: 'k3v9q2m1x7ab',
          worker: 'worker-1',
          incarnation: 'a1',
          seq: 90,
          elapsedMs: seconds * 1_000,
          phase: 'done',
          final: true,
          reason: undefined,
          users: 0,
          targetUsers: 0,
          spawnRate: 0,
          usersByClass: {},
          health: {
            cpuPercent: 23.4,
            rssBytes: 132_000_000,
            loopLagMs: 1.9,
            loopUtilisation: 0.18,
            errorBoundMs: 0.21,
            scheduleLagMs: 0.7,
            engines: 2,
          },
        },
      ],
    },
  );
}
