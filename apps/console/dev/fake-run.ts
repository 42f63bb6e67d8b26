// Made-up but plausible numbers of a run, for looking at the console without a platform.
import type {
  FailureRow,
  RunEvent,
  RunEventKind,
  RunView,
  SeriesPoint,
  StatsRow,
  StatsView,
  WorkerView,
} from '@loadstar/shared';

export interface FakeEndpoint {
  method: string;
  name: string;
  weight: number;
  p50Ms: number;
  failShare: number;
}

export const endpoints: FakeEndpoint[] = [
  { method: 'GET', name: '/', weight: 1, p50Ms: 4, failShare: 0 },
  { method: 'GET', name: '/users', weight: 3, p50Ms: 76, failShare: 0.004 },
  { method: 'GET', name: '/users/[id]', weight: 1, p50Ms: 124, failShare: 0.011 },
  { method: 'POST', name: '/users', weight: 1, p50Ms: 201, failShare: 0.032 },
];

/** Two buckets an octave, from 1 ms to a minute. */
export const latencyBoundsMs = Array.from({ length: 32 }, (_, index) => Math.round(10 * 2 ** (index / 2)) / 10);

/** Requests spread around two speeds, as a cache makes them. */
function spread(requests: number, p50Ms: number, second: number): number[] {
  const counts: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const deviate = noise(second, index + 100) + noise(second, index + 4000) + noise(index, second) - 1.5;
    const ms = p50Ms * (index % 4 === 0 ? 0.12 : 1) * 2 ** (deviate * 1.4);
    const bucket = latencyBoundsMs.findIndex((bound) => ms <= bound);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

/** Noise that is the same on every start, so that screenshots can be compared. */
export function noise(step: number, lane = 0): number {
  const wave = Math.sin(step * 12.9898 + lane * 78.233) * 43758.5453;
  return wave - Math.floor(wave);
}

export class FakeRun {
  readonly points: SeriesPoint[] = [];
  readonly events: RunEvent[] = [];
  users = 0;
  elapsed = 0;
  /** Makes each run a little different. */
  private readonly seed: number;
  private readonly counts: { requests: number; failures: number; recent: number[] }[];

  constructor(
    readonly view: RunView,
    private readonly mix: FakeEndpoint[] = endpoints,
  ) {
    this.seed = Number(view.id.replace(/\D/g, '')) % 7;
    this.counts = mix.map(() => ({ requests: 0, failures: 0, recent: [] }));
  }

  get target(): number {
    if (this.view.state === 'stopping' || this.view.state === 'finished') return 0;
    return this.view.users ?? Math.round(60 + 50 * Math.sin(this.elapsed / 40));
  }

  happened(kind: RunEventKind, text: string): void {
    this.events.push({ kind, text, second: this.elapsed, at: new Date().toISOString() });
  }

  /** One second of the run. */
  step(): SeriesPoint | undefined {
    const rate = this.view.state === 'stopping' ? 1000 : (this.view.spawnRate ?? 5);
    const towards = this.target - this.users;
    this.users += Math.sign(towards) * Math.min(Math.abs(towards), Math.ceil(rate));
    if (this.view.state === 'spawning' && this.users === this.target) this.view.state = 'running';
    const second = this.elapsed++;
    const strain = 1 + Math.max(0, Math.sin(second / 17 + this.seed)) * 0.5 + (second % 97 > 90 ? 0.9 : 0);
    let requests = 0;
    let failures = 0;
    const allWeight = this.mix.reduce((sum, entry) => sum + entry.weight, 0);
    this.mix.forEach((entry, lane) => {
      const count = this.counts[lane];
      if (!count) return;
      const share = (this.users * 0.47 * entry.weight * (1 + this.seed / 20)) / allWeight;
      const now = Math.max(0, Math.round(share * (0.8 + 0.4 * noise(second, lane)) + noise(second, lane + 9) - 0.5));
      const failed = Math.round(now * entry.failShare * strain + noise(second, lane + 30) * entry.failShare * 3);
      count.requests += now;
      count.failures += Math.min(now, failed);
      count.recent = [...count.recent, now].slice(-10);
      requests += now;
      failures += Math.min(now, failed);
    });
    const p50 = (74 + 6 * this.seed) * (0.9 + 0.2 * noise(second, 1)) * (1 + (strain - 1) / 3);
    const point: SeriesPoint = {
      serviceP50Ms: p50 * 0.97,
      serviceP95Ms: 190,
      serviceP99Ms: 240,
      latency: spread(requests, p50, second),
      second,
      requests,
      failures,
      users: this.users,
      targetUsers: this.target,
      p50Ms: requests > 0 ? p50 : null,
      p95Ms: requests > 0 ? 208 * strain * (0.9 + 0.2 * noise(second, 2)) : null,
      p99Ms: requests > 0 ? 281 * strain * (0.9 + 0.4 * noise(second, 3)) : null,
    };
    if (second === 25) this.happened('phase', 'All users are there.');
    if (second === 70) this.happened('joined', 'worker-3 joined.');
    if (second === 107) this.happened('fault', 'The master was away for 7 seconds.');
    // The master was away for some seconds: nobody counted them.
    if (second % 140 >= 100 && second % 140 < 107) return undefined;
    this.points.push(point);
    return point;
  }

  stats(): StatsView {
    const rows = this.mix.map((entry, lane) => this.row(entry, lane));
    const sum = (pick: (row: StatsRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
    const first = this.row({ method: '', name: 'Aggregated', weight: 1, p50Ms: 78, failShare: 0 }, -1);
    return {
      runId: this.view.id,
      state: this.view.state,
      elapsedSeconds: this.elapsed,
      users: this.users,
      targetUsers: this.target,
      usersByClass: { SimpleUser: this.users },
      rows,
      total: {
        ...first,
        requests: sum((row) => row.requests),
        failures: sum((row) => row.failures),
        currentRps: sum((row) => row.currentRps),
        currentFailuresPerSecond: sum((row) => row.currentFailuresPerSecond),
      },
      failures: this.failures(rows),
      exceptions:
        this.elapsed > 30
          ? [
              {
                count: 3,
                message: "TypeError: Cannot read properties of undefined (reading 'name')",
                traceback:
                  "TypeError: Cannot read properties of undefined (reading 'name')\n    at SimpleUser.one (scenarios/simple-load.ts:24:31)\n    at VirtualUser.iterate (libs/engine/src/user/virtual-user.ts:88:7)",
                workers: ['worker-1', 'worker-2'],
              },
            ]
          : [],
      checks: [{ name: 'has a name', passes: rows[2]?.requests ?? 0, failures: 3 }],
    };
  }

  private row(entry: FakeEndpoint, lane: number): StatsRow {
    const count = this.counts[lane] ?? { requests: 0, failures: 0, recent: [] };
    const rps = count.recent.reduce((sum, value) => sum + value, 0) / Math.max(1, count.recent.length);
    const p50 = entry.p50Ms;
    return {
      method: entry.method,
      name: entry.name,
      requests: count.requests,
      failures: count.failures,
      currentRps: rps,
      currentFailuresPerSecond: rps * entry.failShare,
      averageMs: p50 * 1.12,
      minMs: p50 * 0.61,
      maxMs: p50 * 4.4,
      p50Ms: p50,
      p95Ms: p50 * 1.6,
      p99Ms: p50 * 2.3,
      serviceP50Ms: p50 * 0.99,
      serviceP95Ms: p50 * 1.5,
      serviceP99Ms: p50 * 2.1,
      averageBytes: 180 + p50 * 9,
    };
  }

  private failures(rows: StatsRow[]): FailureRow[] {
    const startedAt = Date.parse(this.view.startedAt ?? this.view.createdAt);
    return rows
      .filter((row) => row.failures > 0)
      .map((row, index) => ({
        method: row.method,
        name: row.name,
        error: index % 2 === 0 ? 'HTTP 503 Service Unavailable' : 'HTTP 500 Internal Server Error',
        occurrences: row.failures,
        firstSeen: new Date(startedAt + 9000 * (index + 1)).toISOString(),
        lastSeen: new Date(startedAt + this.elapsed * 1000).toISOString(),
      }));
  }
}

export function fakeWorkers(count: number, run: FakeRun | undefined): WorkerView[] {
  return Array.from({ length: count }, (_, index) => {
    const users = run ? Math.floor(run.users / count) + (index < run.users % count ? 1 : 0) : 0;
    const step = run?.elapsed ?? 0;
    return {
      id: `worker-${index + 1}`,
      incarnation: `01JD${index}XK7`,
      state: index === 2 && step > 60 ? 'suspect' : users > 0 ? 'running' : 'ready',
      users,
      engines: 2,
      cpuPercent: users * 0.6 + noise(step, index) * 8,
      rssBytes: 118e6 + index * 9e6 + users * 3e4,
      loopLagMs: 0.8 + noise(step, index + 5) * (index === 2 ? 40 : 2),
      version: '0.1.0',
      clockOffsetMs: index * 1.7 - 1.2,
      roundTripMs: 0.4 + noise(step, index + 3),
      snapshots: step,
      lastSeenMs: index === 2 && step > 60 ? 4200 : 300 + noise(step, index + 2) * 600,
    };
  });
}
