/**
 * Every metric that the master publishes about runs and workers, in one place: dashboards, alerts, docs and tests read
 * the same names. `loadstar_*` are in base units (seconds, bytes, ratios); the `locust_*` ones are aliases with the units of
 * the exporters they come from, so that existing boards work unchanged.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricEntry {
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
}

const entry = (type: MetricType, help: string, ...labels: string[]): MetricEntry => ({ type, help, labels });

export const metricTable = {
  // Load and what came back, of the active or else the latest run
  loadstar_requests_total: entry(
    'counter',
    'Requests that ended, by how they ended',
    'scenario',
    'name',
    'method',
    'outcome',
  ),
  loadstar_request_duration_seconds: entry(
    'histogram',
    'Service time: request sent to last byte',
    'scenario',
    'name',
    'method',
    'result',
  ),
  loadstar_response_duration_seconds: entry(
    'histogram',
    'Response time: intended start to last byte',
    'scenario',
    'name',
    'method',
    'result',
  ),
  loadstar_failures_total: entry('counter', 'Failed requests by error', 'scenario', 'name', 'method', 'error'),
  loadstar_exceptions_total: entry('counter', 'Exceptions thrown by scenario code', 'scenario'),
  loadstar_checks_total: entry('counter', 'Results of checks', 'scenario', 'check', 'result'),
  loadstar_iterations_total: entry('counter', 'Task executions that ended, by how', 'scenario', 'result'),
  loadstar_dropped_arrivals_total: entry('counter', 'Arrivals of an open load that no user was free for', 'scenario'),
  loadstar_received_bytes_total: entry('counter', 'Bytes of response bodies', 'scenario'),
  loadstar_sent_bytes_total: entry('counter', 'Bytes of request bodies', 'scenario'),
  loadstar_connections_opened_total: entry('counter', 'Connections opened to the system under test', 'scenario'),
  loadstar_users: entry('gauge', 'Users that run now'),
  loadstar_users_by_class: entry('gauge', 'Users that run now, by user class', 'user_class'),
  loadstar_target_users: entry('gauge', 'Users that should run now'),
  loadstar_spawn_rate: entry(
    'gauge',
    'Users started per second, as asked for; 0 while nothing runs or a shape decides',
  ),
  loadstar_run_info: entry('gauge', 'Always 1; tells the active or latest run', 'run_id', 'scenario', 'host'),
  loadstar_run_start_time_seconds: entry(
    'gauge',
    'When the load of the active or latest run began, Unix time; nothing before it has begun',
    'run_id',
    'scenario',
  ),
  loadstar_schedule_lag_seconds: entry(
    'histogram',
    'How late the engines began what they had planned: arrivals of an open load, else their control ticks',
    'scenario',
  ),
  loadstar_run_state: entry('gauge', '1 for the state that the active or latest run is in, 0 for the others', 'state'),
  loadstar_run_verdict: entry(
    'gauge',
    '1 for the verdict of the active or latest run, 0 for the others; none of them before its end',
    'run_id',
    'verdict',
  ),
  loadstar_threshold_passing: entry(
    'gauge',
    'Thresholds of the active or latest run: 1 passes, 0 does not, or has no data',
    'run_id',
    'selector',
    'expression',
  ),
  // Workers
  loadstar_workers: entry('gauge', 'Workers by state', 'state'),
  loadstar_worker_users: entry('gauge', 'Users that a worker runs', 'worker'),
  loadstar_worker_engines: entry('gauge', 'Engine processes of a worker', 'worker'),
  loadstar_worker_cpu_ratio: entry('gauge', 'Cores that a worker and its engines use', 'worker'),
  loadstar_worker_memory_bytes: entry('gauge', 'Resident memory of a worker and its engines', 'worker'),
  loadstar_worker_loop_lag_seconds: entry(
    'gauge',
    '99th percentile of event-loop delay, worst engine of a worker',
    'worker',
  ),
  loadstar_worker_round_trip_seconds: entry(
    'gauge',
    'From the newest beat of a worker to the answer, over the control channel',
    'worker',
  ),
  loadstar_worker_snapshots_total: entry(
    'counter',
    'Snapshots that have come from a worker since it joined, whether they counted or not',
    'worker',
  ),
  // Queue and store
  loadstar_store_up: entry('gauge', '1 while the store of runs answers, 0 while PostgreSQL or the file is away'),
  loadstar_workers_desired: entry('gauge', 'Workers that the waiting and the active runs have use for'),
  loadstar_queue_runs: entry('gauge', 'Runs that wait: due ones for workers, delayed ones for their time', 'state'),
  loadstar_master_leader: entry('gauge', '1 on the master that leads, 0 on one that stands by'),
  loadstar_queue_up: entry('gauge', '1 while runs can be queued, 0 while Redis is away'),
  // Ingest
  loadstar_snapshots_discarded_total: entry(
    'counter',
    'Snapshots of workers that did not count, since the master began: repeated ones are harmless, others are not',
    'reason',
  ),
  // Names that boards of Locust rely on
  locust_requests_total: entry('counter', 'Requests that ended, by result', 'method', 'name', 'result'),
  locust_response_time_percentile: entry(
    'gauge',
    'Response time of all requests in the last seconds, milliseconds',
    'quantile',
  ),
  locust_users: entry('gauge', 'Users that run now'),
  // Names of ContainerSolutions/locust_exporter (dashboard 11985)
  locust_up: entry('gauge', 'Always 1'),
  locust_running: entry('gauge', '0 stopped, 1 spawning, 2 running'),
  locust_workers_count: entry('gauge', 'Workers, without missing ones'),
  locust_workers_running_count: entry('gauge', 'Workers that run users'),
  locust_workers_hatching_count: entry('gauge', 'Workers that start users'),
  locust_workers_missing_count: entry('gauge', 'Workers that are missing'),
  locust_worker_detail: entry('gauge', 'Users of a worker', 'id', 'state'),
  locust_requests_fail_ratio: entry('gauge', 'Failures per request, 0 to 1'),
  locust_requests_current_response_time_percentile_50: entry(
    'gauge',
    'Median response time of the last seconds, milliseconds',
  ),
  locust_requests_current_response_time_percentile_95: entry(
    'gauge',
    '95th percentile of response time of the last seconds, milliseconds',
  ),
  locust_requests_num_requests: entry('gauge', 'Requests that ended', 'method', 'name'),
  locust_requests_num_failures: entry('gauge', 'Requests that failed', 'method', 'name'),
  locust_requests_avg_response_time: entry('gauge', 'Mean response time, milliseconds', 'method', 'name'),
  locust_requests_min_response_time: entry('gauge', 'Smallest response time, milliseconds', 'method', 'name'),
  locust_requests_max_response_time: entry('gauge', 'Greatest response time, milliseconds', 'method', 'name'),
  locust_requests_median_response_time: entry('gauge', 'Median response time, milliseconds', 'method', 'name'),
  locust_requests_current_rps: entry('gauge', 'Requests per second of the last ten seconds', 'method', 'name'),
  locust_requests_current_fail_per_sec: entry('gauge', 'Failures per second of the last ten seconds', 'method', 'name'),
  locust_requests_avg_content_length: entry('gauge', 'Mean size of response bodies, bytes', 'method', 'name'),
  locust_errors: entry('gauge', 'Failed requests by error', 'method', 'name', 'error'),
  locust_total_scrapes: entry('counter', 'Times that these metrics were read'),
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof metricTable;
