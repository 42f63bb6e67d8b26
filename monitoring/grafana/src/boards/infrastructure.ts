// Infrastructure: whether everything that a run needs is up, and has room.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board, labelVariable, workerVariable } from '../build/board.js';
import { atMost, limits } from '../build/limits.js';
import { alertList, graph, stacked, table, timeline, upDown } from '../build/panels.js';
import { containers, host } from './machine-panels.js';

const noWorker = 'No worker is scraped.';
const ours = 'job=~"master|worker|target"';

const services = [
  timeline(
    {
      title: 'Services',
      description: 'Whether Prometheus could read each service. A gap means that there was nothing to ask.',
      unit: 'short',
      empty: 'Prometheus scrapes nothing.',
      mappings: upDown('up', 'down'),
      width: 16,
    },
    { expr: 'max by (job, instance) (up)', legend: '{{job}} {{instance}}' },
  ),
  alertList({
    title: 'Alerts',
    description: 'Alerts that fire or are about to. None listed: nothing is wrong.',
    width: 8,
  }),
  timeline(
    {
      title: 'Dependencies',
      description:
        'Whether each service has what it depends on: workers their master, the master its workers, its store and its queue, Prometheus its Alertmanager, runs their target.',
      unit: 'short',
      empty: 'Prometheus scrapes nothing.',
      mappings: upDown('reached', 'missing'),
      width: 16,
    },
    { expr: 'loadstar_worker_connected', legend: 'worker {{instance}} → master' },
    {
      // The best of all masters: one that stands by has no workers.
      expr: 'max(sum by (instance) (loadstar_workers{state!~"lost|suspect|draining"})) > bool 0',
      legend: 'master → workers',
    },
    { expr: 'min by (instance) (app_health_status)', legend: 'runs → target {{instance}}' },
    { expr: 'max(loadstar_master_leader)', legend: 'runs → a master that leads' },
    { expr: 'min by (instance) (loadstar_store_up)', legend: 'master {{instance}} → store of runs' },
    { expr: 'min by (instance) (loadstar_queue_up)', legend: 'master {{instance}} → queue' },
    {
      expr: 'max by (instance) (prometheus_notifications_alertmanagers_discovered) > bool 0',
      legend: 'Prometheus → Alertmanager',
    },
  ),
  table(
    {
      title: 'Firing alerts',
      description: 'What fires at the end of the time range, by Prometheus’ own account.',
      unit: 'short',
      empty: 'No alert fires.',
      width: 8,
    },
    [
      { field: 'severity', heading: 'Severity' },
      { field: 'alertname', heading: 'Alert' },
      { field: 'job', heading: 'Service' },
      { field: 'instance', heading: 'Instance' },
      { field: 'Value' },
    ],
    { expr: 'sum by (severity, alertname, job, instance) (ALERTS{alertstate="firing"})' },
  ),
];

const processes = [
  graph(
    {
      title: 'CPU of our services',
      description: 'Cores that each process uses. Master and target run on one; workers’ engines are counted below.',
      unit: 'short',
      empty: 'None of our services is scraped.',
      width: 8,
    },
    { expr: `rate(process_cpu_seconds_total{${ours}, job=~"$job"}[$__rate_interval])`, legend: '{{job}} {{instance}}' },
  ),
  graph(
    {
      title: 'Memory of our services',
      description: 'Resident memory of each process.',
      unit: 'bytes',
      empty: 'None of our services is scraped.',
      width: 8,
    },
    { expr: `process_resident_memory_bytes{${ours}, job=~"$job"}`, legend: '{{job}} {{instance}}' },
  ),
  graph(
    {
      title: 'Event-loop delay of our services',
      description: '99th percentile: how long a process keeps its callers waiting because it is busy. Dashed: 100 ms.',
      unit: 's',
      empty: 'None of our services is scraped.',
      limit: atMost(limits.lagSeconds),
      width: 8,
    },
    // Node tells the 50 ms between two looks on top of every delay.
    {
      expr: `clamp_min(nodejs_eventloop_lag_p99_seconds{${ours}, job=~"$job"} - 0.05, 0)`,
      legend: '{{job}} {{instance}}',
    },
  ),
  graph(
    {
      title: 'Uptime of our services',
      description: 'Since the process started. A drop to zero is a restart.',
      unit: 's',
      empty: 'None of our services is scraped.',
      width: 12,
    },
    { expr: `time() - process_start_time_seconds{${ours}, job=~"$job"}`, legend: '{{job}} {{instance}}' },
  ),
  graph(
    {
      title: 'Open handles of our services',
      description: 'Sockets, timers and files of each process. A steady rise without load is a leak.',
      unit: 'short',
      empty: 'None of our services is scraped.',
      width: 12,
    },
    {
      expr: `sum by (job, instance) (nodejs_active_handles_total{${ours}, job=~"$job"})`,
      legend: '{{job}} {{instance}}',
    },
  ),
];

const workers = [
  stacked(
    {
      title: 'Workers by state',
      description: 'What the workers do, as the master sees it.',
      unit: 'short',
      empty: 'The master does not answer.',
      width: 8,
    },
    { expr: 'sum by (state) (loadstar_workers)', legend: '{{state}}' },
  ),
  graph(
    {
      title: 'CPU per engine',
      description: 'Share of a core that each engine of a worker uses. Dashed: 90 %, where its numbers lose worth.',
      unit: 'percentunit',
      empty: noWorker,
      limit: atMost(limits.resourceRatio),
      width: 8,
    },
    {
      expr: 'max by (worker) (loadstar_worker_cpu_ratio{worker=~"$worker"} / loadstar_worker_engines)',
      legend: '{{worker}}',
    },
  ),
  graph(
    {
      title: 'Memory of workers',
      description: 'Resident memory of each worker and its engines.',
      unit: 'bytes',
      empty: noWorker,
      width: 8,
    },
    { expr: 'sum by (worker) (loadstar_worker_memory_bytes{worker=~"$worker"})', legend: '{{worker}}' },
  ),
  graph(
    {
      title: 'Workers wanted',
      description: 'Workers that the waiting and the active runs have use for, and those that can take load.',
      unit: 'short',
      empty: 'The master does not answer.',
    },
    { expr: 'max(loadstar_workers_desired)', legend: 'wanted' },
    { expr: 'sum(loadstar_workers{state!~"lost|suspect|draining"})', legend: 'there' },
  ),
  stacked(
    {
      title: 'Queue',
      description: 'Runs that wait: due ones for workers or their turn, delayed ones for their time.',
      unit: 'short',
      empty: 'The master does not answer.',
    },
    { expr: 'max by (state) (loadstar_queue_runs)', legend: '{{state}}' },
  ),
];

const monitoring = [
  graph(
    {
      title: 'Scrape duration',
      description: 'How long each service needs to hand over its metrics. Near the interval, samples get lost.',
      unit: 's',
      empty: 'Prometheus scrapes nothing.',
      width: 8,
    },
    { expr: 'max by (job) (scrape_duration_seconds)', legend: '{{job}}' },
  ),
  graph(
    {
      title: 'Series in memory',
      description: 'Time series that Prometheus keeps for the last two hours; what its memory goes by.',
      unit: 'short',
      empty: 'Prometheus does not scrape itself.',
      width: 8,
    },
    { expr: 'prometheus_tsdb_head_series', legend: '{{instance}}' },
  ),
  graph(
    {
      title: 'Notifications',
      description: 'Alerts per second that Prometheus hands to Alertmanager, and those that could not be.',
      unit: 'ops',
      empty: 'Prometheus does not scrape itself.',
      width: 8,
    },
    { expr: 'sum(rate(prometheus_notifications_sent_total[$__rate_interval]))', legend: 'sent' },
    { expr: 'sum(rate(prometheus_notifications_dropped_total[$__rate_interval]))', legend: 'dropped' },
  ),
];

export const infrastructure: Dashboard = board({
  uid: 'loadstar-infrastructure',
  title: 'Infrastructure',
  description: 'Whether everything that a run needs is up, and has room.',
  variables: [
    labelVariable('job', 'Service', 'Our services', { metric: `process_cpu_seconds_total{${ours}}` }),
    workerVariable(),
  ],
  from: 'now-30m',
  rows: [
    { title: 'Services and alerts', panels: services },
    { title: 'Our processes', panels: processes },
    { title: 'Machine', panels: host },
    { title: 'Containers', panels: containers },
    { title: 'Load generators', panels: workers },
    { title: 'Monitoring itself', panels: monitoring },
  ],
});
