/** Samples of the run's state and of the workers, under our names and under those of Locust's exporters. */
import type { RunView, SeriesPoint, StatsView, WorkerView } from '@loadstar/shared';
import { aggregatedName } from '@loadstar/stats';
import { runStates, verdicts } from '../api/dto/run.dto.js';
import { workerStates } from '../api/dto/worker.dto.js';
import { isActive } from '../api/run-reader.js';
import { countWorkers, locustState } from '../locust/stats-requests.js';
import type { QueueControl } from '../queue/queue-control.js';
import type { RunControl } from '../runs/run-control.js';
import type { Sample, Samples } from './computed-metrics.js';

export type Recent = Pick<SeriesPoint, 'p50Ms' | 'p95Ms' | 'p99Ms'>;

/** Names that the alias gauges of single requests are given for; more would not fit on a board anyway. */
const mostRows = 200;

const one = (value: number, labels: Sample['labels'] = {}): Sample[] => [{ labels, value }];

/** @param recent percentiles of the last seconds; they count only while the run is active */
export function runSamples(run: RunView | null, stats: StatsView, recent: Recent): Samples {
  const active = isActive(run);
  const { p50Ms, p95Ms, p99Ms } = active ? recent : { p50Ms: 0, p95Ms: 0, p99Ms: 0 };
  const { total } = stats;
  return {
    loadstar_users: one(stats.users),
    loadstar_users_by_class: Object.entries(stats.usersByClass).map(([name, value]) => ({
      labels: { user_class: name },
      value,
    })),
    loadstar_target_users: one(active ? stats.targetUsers : 0),
    loadstar_spawn_rate: one(active ? (run.spawnRate ?? 0) : 0),
    loadstar_run_info: run === null ? [] : one(1, { run_id: run.id, scenario: run.scenario, host: run.host }),
    loadstar_run_start_time_seconds:
      run === null || run.startedAt === null
        ? []
        : one(Date.parse(run.startedAt) / 1000, { run_id: run.id, scenario: run.scenario }),
    loadstar_run_state: runStates.map((state) => ({ labels: { state }, value: run?.state === state ? 1 : 0 })),
    loadstar_run_verdict:
      run === null
        ? []
        : verdicts.map((verdict) => ({
            labels: { run_id: run.id, verdict },
            value: run.verdict === verdict ? 1 : 0,
          })),
    loadstar_threshold_passing: (run?.thresholds ?? []).map(({ selector, expression, state }) => ({
      labels: { run_id: run?.id ?? '', selector, expression },
      value: state === 'passing' ? 1 : 0,
    })),
    locust_users: one(stats.users),
    locust_response_time_percentile: [
      { labels: { quantile: '0.50' }, value: p50Ms ?? 0 },
      { labels: { quantile: '0.95' }, value: p95Ms ?? 0 },
      { labels: { quantile: '0.99' }, value: p99Ms ?? 0 },
    ],
    locust_up: one(1),
    locust_running: one(runningNumber(stats)),
    locust_requests_fail_ratio: one(total.requests === 0 ? 0 : total.failures / total.requests),
    locust_requests_current_response_time_percentile_50: one(p50Ms ?? 0),
    locust_requests_current_response_time_percentile_95: one(p95Ms ?? 0),
    ...rowSamples(stats),
  };
}

function runningNumber({ state }: StatsView): number {
  const locust = locustState(state);
  if (locust === 'spawning') return 1;
  return locust === 'running' ? 2 : 0;
}

/** The total is a row among the others, as the exporter has it; boards and scripts ask for it by its name. */
function rowSamples({ rows, total }: StatsView): Samples {
  const shown = [...rows.slice(0, mostRows), { ...total, method: '', name: aggregatedName }];
  const gauge = (read: (row: (typeof rows)[number]) => number): Sample[] =>
    shown.map((row) => ({ labels: { method: row.method, name: row.name }, value: read(row) }));
  return {
    locust_requests_num_requests: gauge((row) => row.requests),
    locust_requests_num_failures: gauge((row) => row.failures),
    locust_requests_avg_response_time: gauge((row) => row.averageMs),
    locust_requests_min_response_time: gauge((row) => row.minMs),
    locust_requests_max_response_time: gauge((row) => row.maxMs),
    locust_requests_median_response_time: gauge((row) => row.p50Ms),
    locust_requests_current_rps: gauge((row) => row.currentRps),
    locust_requests_current_fail_per_sec: gauge((row) => row.currentFailuresPerSecond),
    locust_requests_avg_content_length: gauge((row) => row.averageBytes),
  };
}

export function workerSamples(workers: readonly WorkerView[]): Samples {
  const inState = (...states: WorkerView['state'][]): number =>
    workers.filter(({ state }) => states.includes(state)).length;
  // A worker that came back stands beside its lost incarnation; a name may appear once only.
  const present = workers.filter(
    ({ id, state }, index) =>
      state !== 'lost' && workers.findIndex((other) => other.id === id && other.state !== 'lost') === index,
  );
  const gauge = (read: (worker: WorkerView) => number): Sample[] =>
    present.map((worker) => ({ labels: { worker: worker.id }, value: read(worker) }));
  return {
    loadstar_workers: workerStates.map((state) => ({ labels: { state }, value: inState(state) })),
    loadstar_worker_users: gauge((worker) => worker.users),
    loadstar_worker_engines: gauge((worker) => worker.engines),
    loadstar_worker_cpu_ratio: gauge((worker) => worker.cpuPercent / 100),
    loadstar_worker_memory_bytes: gauge((worker) => worker.rssBytes),
    loadstar_worker_loop_lag_seconds: gauge((worker) => worker.loopLagMs / 1000),
    loadstar_worker_round_trip_seconds: gauge((worker) => worker.roundTripMs / 1000),
    loadstar_worker_snapshots_total: gauge((worker) => worker.snapshots),
    locust_workers_count: one(countWorkers(workers)),
    locust_workers_running_count: one(inState('running', 'suspect')),
    locust_workers_hatching_count: one(inState('preparing', 'spawning')),
    locust_workers_missing_count: one(inState('lost')),
    locust_worker_detail: present.map(({ id, state, users }) => ({ labels: { id, state }, value: users })),
  };
}

export function ingestSamples(runs: Pick<RunControl, 'discarded'>): Samples {
  const discarded = Object.entries(runs.discarded());
  return {
    loadstar_snapshots_discarded_total: discarded.map(([reason, value]) => ({ labels: { reason }, value })),
  };
}

export function queueSamples(queue: Pick<QueueControl, 'counts' | 'desired' | 'isAvailable'>): Samples {
  const { due, delayed } = queue.counts();
  return {
    loadstar_workers_desired: one(queue.desired().desired),
    loadstar_queue_runs: [...one(due, { state: 'due' }), ...one(delayed, { state: 'delayed' })],
    loadstar_queue_up: one(queue.isAvailable ? 1 : 0),
  };
}
