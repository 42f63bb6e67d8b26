/** `GET /stats/requests` in Locust's keys, types and units: milliseconds, whole where Locust rounds, bytes, percent. */
import type { RunState, StatsRow, StatsView, WorkerState, WorkerView } from '@loadstar/shared';
import type { RunSummary, SummaryRow } from '@loadstar/stats';

const mostRows = 500;

export type LocustState = 'ready' | 'spawning' | 'running' | 'stopping' | 'stopped' | 'missing';

const runStates: Record<RunState | 'ready', LocustState> = {
  ready: 'ready',
  queued: 'spawning',
  preparing: 'spawning',
  spawning: 'spawning',
  running: 'running',
  stopping: 'stopping',
  finished: 'stopped',
  failed: 'stopped',
  aborted: 'stopped',
};

const workerStates: Record<WorkerState, LocustState> = {
  ready: 'ready',
  preparing: 'spawning',
  spawning: 'spawning',
  running: 'running',
  stopping: 'stopping',
  suspect: 'running',
  lost: 'missing',
  draining: 'stopping',
};

export const locustState = (state: RunState | 'ready'): LocustState => runStates[state];

/** Recent percentiles of response time over all requests, milliseconds; null without recent requests. */
export interface RecentPercentiles {
  p50Ms: number | null;
  p95Ms: number | null;
}

export function statsRequests(
  view: StatsView,
  summary: RunSummary,
  workers: readonly WorkerView[],
  recent: RecentPercentiles,
): Record<string, unknown> {
  const overall = new Map(summary.rows.map((row) => [keyOf(row), row]));
  const rows = view.rows.map((row) => statsEntry(row, overall.get(keyOf(row))));
  const total = statsEntry({ ...view.total, method: '', name: 'Aggregated' }, summary.total);
  return {
    state: locustState(view.state),
    user_count: view.users,
    worker_count: countWorkers(workers),
    fail_ratio: ratio(view.total.failures, view.total.requests),
    current_rps: view.total.currentRps,
    current_fail_per_sec: view.total.currentFailuresPerSecond,
    total_rps: total.total_rps,
    total_fail_per_sec: total.total_fail_per_sec,
    current_response_time_percentiles: {
      'response_time_percentile_0.5': wholeOrNull(recent.p50Ms),
      'response_time_percentile_0.95': wholeOrNull(recent.p95Ms),
    },
    stats: [...rows.slice(0, mostRows - 1), total],
    errors: view.failures.slice(0, mostRows).map(({ method, name, error, occurrences, firstSeen, lastSeen }) => ({
      method,
      name,
      error,
      occurrences,
      first_seen: Date.parse(firstSeen) / 1000,
      last_seen: Date.parse(lastSeen) / 1000,
    })),
    workers: workers.map(({ id, state, users, cpuPercent, rssBytes }) => ({
      id,
      state: workerStates[state],
      user_count: users,
      cpu_usage: cpuPercent,
      memory_usage: rssBytes,
    })),
    run_id: view.runId,
  };
}

/** Workers, without those that are missing. */
export const countWorkers = (workers: readonly WorkerView[]): number =>
  workers.filter(({ state }) => workerStates[state] !== 'missing').length;

function statsEntry(row: StatsRow, overall: SummaryRow | undefined) {
  return {
    method: row.method,
    name: row.name,
    num_requests: row.requests,
    num_failures: row.failures,
    min_response_time: row.minMs,
    max_response_time: row.maxMs,
    avg_response_time: row.averageMs,
    median_response_time: Math.round(row.p50Ms),
    current_rps: row.currentRps,
    current_fail_per_sec: row.currentFailuresPerSecond,
    total_rps: overall?.requestsPerSecond ?? 0,
    total_fail_per_sec: overall?.failuresPerSecond ?? 0,
    'response_time_percentile_0.95': Math.round(row.p95Ms),
    'response_time_percentile_0.99': Math.round(row.p99Ms),
    avg_content_length: row.averageBytes,
  };
}

const keyOf = ({ method, name }: { method: string; name: string }): string => `${method} ${name}`;
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const wholeOrNull = (value: number | null): number | null => (value === null ? null : Math.round(value));
