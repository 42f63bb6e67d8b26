// Load test performance: what the virtual users do and what they get.
import * as common from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board, nameVariable, runVariable, scenarioVariable, workerVariable } from '../build/board.js';
import { atLeast, atMost, limits } from '../build/limits.js';
import {
  chosen,
  errorRatio,
  ofRun,
  percentileQueries,
  requestRate,
  responseQuantile,
  runQuantile,
} from '../build/load-queries.js';
import { alertList, graph, heatmap, stacked, stat, table } from '../build/panels.js';

const noRun = 'No run in this time range. Start one in the console.';
const noWorker = 'No worker is connected.';

const now = [
  stat(
    {
      title: 'Run',
      description: 'State of the active or latest run.',
      unit: 'short',
      empty: 'No run yet. Start one in the console.',
      width: 3,
    },
    { expr: 'loadstar_run_state == 1', legend: '{{state}}', instant: true },
  ).textMode(common.BigValueTextMode.Name),
  stat(
    { title: 'Request rate', description: 'Requests that end, per second.', unit: 'reqps', empty: noRun, width: 3 },
    { expr: ofRun(requestRate()) },
  ),
  stat(
    {
      title: 'Error rate now',
      description: 'Share of requests that fail: status, check, timeout, connection. Red from 5 %, as the alert.',
      unit: 'percentunit',
      empty: noRun,
      limit: atMost(limits.errorRatio),
      width: 3,
    },
    { expr: ofRun(errorRatio()) },
  ),
  stat(
    {
      title: '95th percentile',
      description: 'Response time that 95 % of requests stay below, from intended start to last byte. Red from 500 ms.',
      unit: 's',
      empty: noRun,
      limit: atMost(limits.responseSeconds),
      width: 3,
    },
    { expr: ofRun(responseQuantile(0.95)) },
  ),
  stat(
    {
      title: 'Active users',
      description: 'Virtual users that run now.',
      unit: 'short',
      empty: 'The master does not answer.',
      width: 3,
    },
    { expr: 'sum(loadstar_users)' },
  ),
  stat(
    {
      title: 'Spawn rate now',
      description: 'Users started per second as asked for; 0 while nothing runs or a shape decides.',
      unit: 'short',
      empty: 'The master does not answer.',
      width: 3,
    },
    { expr: 'sum(loadstar_spawn_rate)' },
  ),
  stat(
    {
      title: 'Requests of the run',
      description: 'Requests that have ended since the run started, exactly.',
      unit: 'short',
      empty: noRun,
      width: 3,
      decimals: 0,
    },
    { expr: ofRun(`sum(loadstar_requests_total{${chosen}})`) },
  ),
  stat(
    {
      title: 'Workers',
      description: 'Workers that can take load.',
      unit: 'short',
      empty: 'The master does not answer.',
      limit: atLeast(1),
      width: 3,
    },
    { expr: 'sum(loadstar_workers{state!~"lost|suspect|draining"})' },
  ),
];

const throughput = [
  stacked(
    {
      title: 'Request rate by name',
      description: 'Requests that end, per second, by the name that the scenario gives them.',
      unit: 'reqps',
      empty: noRun,
    },
    { expr: ofRun(requestRate('method, name')), legend: '{{method}} {{name}}' },
  ),
  graph(
    {
      title: 'Throughput',
      description: 'Bytes of bodies received from and sent to the system under test, per second.',
      unit: 'Bps',
      empty: noRun,
      width: 6,
    },
    {
      expr: ofRun('sum(rate(loadstar_received_bytes_total{scenario=~"$scenario"}[$__rate_interval]))'),
      legend: 'received',
    },
    { expr: ofRun('sum(rate(loadstar_sent_bytes_total{scenario=~"$scenario"}[$__rate_interval]))'), legend: 'sent' },
  ),
  graph(
    {
      title: 'Iterations',
      description: 'Task executions that end, per second, by how.',
      unit: 'ops',
      empty: noRun,
      width: 6,
    },
    {
      expr: ofRun('sum by (result) (rate(loadstar_iterations_total{scenario=~"$scenario"}[$__rate_interval]))'),
      legend: '{{result}}',
    },
  ),
];

const responseTime = [
  graph(
    {
      title: 'Response time percentiles',
      description:
        'From intended start to last byte, over all chosen requests, computed from merged histograms. Dashed: 500 ms. Dots are requests with a trace, if there is tracing.',
      unit: 's',
      empty: noRun,
      limit: atMost(limits.responseSeconds),
    },
    ...percentileQueries(),
  ),
  graph(
    {
      title: '95th percentile by name',
      description: 'Which kind of request is slow. Dashed: 500 ms.',
      unit: 's',
      empty: noRun,
      limit: atMost(limits.responseSeconds),
    },
    { expr: ofRun(responseQuantile(0.95, 'method, name, le')), legend: '{{method}} {{name}}' },
  ),
  heatmap(
    {
      title: 'Distribution of response times',
      description: 'How many requests took how long: two bands mean two kinds of answers, which percentiles hide.',
      unit: 's',
      empty: noRun,
    },
    { expr: ofRun(`sum by (le) (increase(loadstar_response_duration_seconds_bucket{${chosen}}[$__rate_interval]))`) },
  ),
  graph(
    {
      title: 'Response and service time',
      description:
        'Response time counts from when the request should have been sent, service time from when it was. They part when the generators cannot keep up.',
      unit: 's',
      empty: noRun,
    },
    { expr: ofRun(responseQuantile(0.95)), legend: 'response, 95 %' },
    {
      expr: ofRun(
        `histogram_quantile(0.95, sum by (le) (rate(loadstar_request_duration_seconds_bucket{${chosen}}[$__rate_interval])))`,
      ),
      legend: 'service, 95 %',
    },
  ),
];

const errors = [
  graph(
    {
      title: 'Error rate',
      description: 'Share of requests that fail. Dashed: 5 %, where the alert begins to count its two minutes.',
      unit: 'percentunit',
      empty: noRun,
      limit: atMost(limits.errorRatio),
      width: 8,
    },
    { expr: ofRun(errorRatio()), legend: 'all' },
    { expr: ofRun(errorRatio('method, name')), legend: '{{method}} {{name}}' },
  ),
  stacked(
    {
      title: 'Failures by kind',
      description:
        'Failed requests per second by how they ended: unexpected status, failed check, timeout, no connection, reset, bad protocol, refused target.',
      unit: 'reqps',
      empty: noRun,
      width: 8,
    },
    { expr: ofRun(requestRate('outcome', ', outcome!="ok"')), legend: '{{outcome}}' },
  ),
  graph(
    {
      title: 'Checks',
      description: 'Share of checks that pass, by check.',
      unit: 'percentunit',
      empty: 'No run in this time range, or its scenario makes no checks.',
      width: 8,
      max: 1,
    },
    {
      expr: ofRun(
        'sum by (check) (rate(loadstar_checks_total{scenario=~"$scenario", result="passed"}[$__rate_interval])) / (sum by (check) (rate(loadstar_checks_total{scenario=~"$scenario"}[$__rate_interval])) > 0)',
      ),
      legend: '{{check}}',
    },
  ),
  table(
    {
      title: 'Failures',
      description: 'Failed requests of the active or latest run, by what went wrong.',
      unit: 'short',
      empty: 'No request of this run has failed.',
    },
    [
      { field: 'method', heading: 'Method' },
      { field: 'name', heading: 'Name' },
      { field: 'error', heading: 'Error' },
      { field: 'Value', heading: 'Failures' },
    ],
    { expr: `topk(20, sum by (method, name, error) (loadstar_failures_total{${chosen}}))` },
  ),
];

const names = [
  table(
    {
      title: 'Requests by name',
      description: 'The active or latest run as a whole, by name. Times are response times.',
      unit: 'short',
      empty: noRun,
    },
    [
      { field: 'method', heading: 'Method' },
      { field: 'name', heading: 'Name' },
      { field: 'Value #A', heading: 'Requests' },
      { field: 'Value #B', heading: 'Failed', unit: 'percentunit', limit: atMost(limits.errorRatio) },
      { field: 'Value #C', heading: '50 %', unit: 's' },
      { field: 'Value #D', heading: '95 %', unit: 's', limit: atMost(limits.responseSeconds) },
      { field: 'Value #E', heading: '99 %', unit: 's' },
    ],
    { expr: `sum by (method, name) (loadstar_requests_total{${chosen}})` },
    {
      expr: `sum by (method, name) (loadstar_requests_total{${chosen}, outcome!="ok"}) / (sum by (method, name) (loadstar_requests_total{${chosen}}) > 0)`,
    },
    { expr: runQuantile(0.5, 'method, name, le') },
    { expr: runQuantile(0.95, 'method, name, le') },
    { expr: runQuantile(0.99, 'method, name, le') },
  ),
];

const users = [
  graph(
    {
      title: 'Users',
      description: 'Virtual users that run, and that should run by the plan. A lasting gap means lost workers.',
      unit: 'short',
      empty: 'The master does not answer.',
      width: 8,
    },
    { expr: 'sum(loadstar_users)', legend: 'running' },
    { expr: 'sum(loadstar_target_users)', legend: 'planned' },
  ),
  stacked(
    {
      title: 'Users by class',
      description: 'Virtual users that run, by the class of the scenario that they are of.',
      unit: 'short',
      empty: noRun,
      width: 8,
    },
    { expr: 'sum by (user_class) (loadstar_users_by_class)', legend: '{{user_class}}' },
  ),
  graph(
    {
      title: 'Spawn rate',
      description: 'Users started per second: as asked for, and as it happens. Below zero, users end.',
      unit: 'short',
      empty: 'The master does not answer.',
      width: 8,
    },
    { expr: 'sum(loadstar_spawn_rate)', legend: 'asked for' },
    { expr: 'sum(deriv(loadstar_users[$__rate_interval]))', legend: 'happens' },
  ),
];

const workers = [
  graph(
    {
      title: 'Users by worker',
      description: 'How the load is dealt. Shares differ by one user at most.',
      unit: 'short',
      empty: noWorker,
      width: 6,
    },
    { expr: 'sum by (worker) (loadstar_worker_users{worker=~"$worker"})', legend: '{{worker}}' },
  ),
  graph(
    {
      title: 'CPU by worker',
      description: 'Cores that a worker and its engines use. At one core for each engine, times become too long.',
      unit: 'short',
      empty: noWorker,
      width: 6,
    },
    { expr: 'sum by (worker) (loadstar_worker_cpu_ratio{worker=~"$worker"})', legend: '{{worker}}' },
  ),
  graph(
    {
      title: 'Lateness by worker',
      description:
        '99th percentile of event-loop delay of the worst engine: by so much can measured times be too long. Dashed: 100 ms.',
      unit: 's',
      empty: noWorker,
      limit: atMost(limits.lagSeconds),
      width: 6,
    },
    { expr: 'max by (worker) (loadstar_worker_loop_lag_seconds{worker=~"$worker"})', legend: '{{worker}}' },
  ),
  graph(
    {
      title: 'Lateness of the plan',
      description:
        '99th percentile of how late the engines begin what they had planned: arrivals of an open load, else their control ticks. Dashed: 100 ms.',
      unit: 's',
      empty: noRun,
      limit: atMost(limits.lagSeconds),
      width: 6,
    },
    {
      expr: ofRun(
        'histogram_quantile(0.99, sum by (le) (rate(loadstar_schedule_lag_seconds_bucket{scenario=~"$scenario"}[$__rate_interval])))',
      ),
      legend: '99 %',
    },
  ),
];

const serviceLevel = [
  graph(
    {
      title: 'Service level',
      description:
        'Share of requests that are answered as expected and within 500 ms, over the last minute. Dashed: the aim, 95 %.',
      unit: 'percentunit',
      empty: noRun,
      limit: atLeast(limits.serviceLevel),
      max: 1,
    },
    { expr: 'scenario:loadstar_sla_good:ratio_rate1m{scenario=~"$scenario"}', legend: '{{scenario}}' },
  ),
  alertList({ title: 'Alerts', description: 'Alerts that fire or are about to. None listed: nothing is wrong.' }),
];

export const loadTest: Dashboard = board({
  uid: 'loadstar-load-test',
  title: 'Load test performance',
  description: 'What the virtual users of a run do and what they get.',
  variables: [scenarioVariable(), nameVariable(), runVariable(), workerVariable()],
  from: 'now-15m',
  rows: [
    { title: 'Now', panels: now },
    { title: 'Throughput', panels: throughput },
    { title: 'Response time', panels: responseTime },
    { title: 'Errors', panels: errors },
    { title: 'By name', panels: names },
    { title: 'Users', panels: users },
    { title: 'Load generators', panels: workers },
    { title: 'Service level and alerts', panels: serviceLevel },
  ],
});
