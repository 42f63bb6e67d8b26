// Run explorer: which runs there were, how each did as a whole, and one against another.
import { type Dashboard, QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { board, nameVariable, runVariable, scenarioVariable, workerVariable } from '../build/board.js';
import { atLeast, atMost, limits } from '../build/limits.js';
import { chosen, errorRatio, ofRun, percentileQueries, requestRate } from '../build/load-queries.js';
import { graph, stat, table } from '../build/panels.js';

const noRun = 'No run in this time range. Start one in the console.';
const noBaseline = 'Choose a baseline and a run that both lie in the time range.';

/** Numbers of a run are cumulative, so its last sample is the whole run. `info` picks the run. */
const atEnd = (expr: string, info = 'run_id=~"$run", scenario=~"$scenario"'): string =>
  `last_over_time((max by (run_id, scenario, host) (loadstar_run_info{${info}}) * on () group_left () ${expr})[$__range:$__interval])`;

const requests = `sum(loadstar_requests_total{${chosen}})`;
const failed = `(sum(loadstar_requests_total{${chosen}, outcome!="ok"}) / (${requests} > 0))`;
const quantile = (q: number): string =>
  `histogram_quantile(${q}, sum by (le) (loadstar_response_duration_seconds_bucket{${chosen}}))`;
const active = 'max(loadstar_run_state{state=~"preparing|spawning|running|stopping"})';

const overview = [
  table(
    {
      title: 'Runs',
      description:
        'Every run of the time range as a whole, as Prometheus saw it last, to within one step of the time range. Times are response times; good means answered as expected and within 500 ms.',
      unit: 'short',
      empty: noRun,
      height: 9,
    },
    [
      { field: 'run_id', heading: 'Run', link: { title: 'Open the console', url: '${console}/#/' } },
      { field: 'scenario', heading: 'Scenario' },
      { field: 'host', heading: 'Host' },
      { field: 'Value #I', heading: 'Started', unit: 'dateTimeAsIso' },
      { field: 'Value #A', heading: 'Requests' },
      { field: 'Value #B', heading: 'Failed', unit: 'percentunit', limit: atMost(limits.errorRatio) },
      { field: 'Value #C', heading: '50 %', unit: 's' },
      { field: 'Value #D', heading: '95 %', unit: 's', limit: atMost(limits.responseSeconds) },
      { field: 'Value #E', heading: '99 %', unit: 's' },
      { field: 'Value #F', heading: 'Good', unit: 'percentunit', limit: atLeast(limits.serviceLevel) },
      { field: 'Value #G', heading: 'Most users' },
      { field: 'Value #H', heading: 'Active for', unit: 's' },
    ],
    { expr: atEnd(requests) },
    { expr: atEnd(failed) },
    { expr: atEnd(quantile(0.5)) },
    { expr: atEnd(quantile(0.95)) },
    { expr: atEnd(quantile(0.99)) },
    {
      expr: atEnd(
        `(sum(loadstar_response_duration_seconds_bucket{${chosen}, result="success", le="0.5"}) / (sum(loadstar_response_duration_seconds_count{${chosen}}) > 0))`,
      ),
    },
    { expr: atEnd('sum(loadstar_users)').replace('last_over_time', 'max_over_time') },
    { expr: atEnd(active).replace('last_over_time', 'sum_over_time').concat(' * $__interval_ms / 1000') },
    { expr: atEnd('(1000 * max(loadstar_run_start_time_seconds))') },
  ),
];

/** Share by which the chosen run differs from the baseline. */
const change = (expr: string): string =>
  `max(${atEnd(expr, 'run_id=~"$run"')}) / (max(${atEnd(expr, 'run_id=~"$baseline"')}) > 0) - 1`;

const comparison = [
  stat(
    {
      title: 'Requests against the baseline',
      description: 'By how much the chosen run made more requests (or fewer) than the baseline.',
      unit: 'percentunit',
      empty: noBaseline,
      decimals: 1,
      width: 6,
    },
    { expr: change(requests), instant: true },
  ),
  stat(
    {
      title: 'Median against the baseline',
      description: 'By how much the median response time is longer. Red from 10 % longer.',
      unit: 'percentunit',
      empty: noBaseline,
      limit: atMost(0.1),
      decimals: 1,
      width: 6,
    },
    { expr: change(quantile(0.5)), instant: true },
  ),
  stat(
    {
      title: '95th percentile against the baseline',
      description: 'By how much the 95th percentile of response time is longer. Red from 10 % longer.',
      unit: 'percentunit',
      empty: noBaseline,
      limit: atMost(0.1),
      decimals: 1,
      width: 6,
    },
    { expr: change(quantile(0.95)), instant: true },
  ),
  stat(
    {
      title: 'Error rate against the baseline',
      description: 'Difference of the shares of failed requests. Red from one more in a hundred.',
      unit: 'percentunit',
      empty: noBaseline,
      limit: atMost(0.01),
      decimals: 2,
      width: 6,
    },
    {
      expr: `max(${atEnd(failed, 'run_id=~"$run"')}) - max(${atEnd(failed, 'run_id=~"$baseline"')})`,
      instant: true,
    },
  ),
];

const course = [
  graph(
    {
      title: 'Users',
      description: 'Virtual users while a chosen run was the current one.',
      unit: 'short',
      empty: noRun,
      width: 8,
    },
    { expr: ofRun('sum(loadstar_users)'), legend: 'running' },
    { expr: ofRun('sum(loadstar_target_users)'), legend: 'planned' },
  ),
  graph(
    {
      title: 'Request rate',
      description: 'Requests that end, per second, by name.',
      unit: 'reqps',
      empty: noRun,
      width: 8,
    },
    { expr: ofRun(requestRate('method, name')), legend: '{{method}} {{name}}' },
  ),
  graph(
    {
      title: 'Error rate',
      description: 'Share of requests that fail. Dashed: 5 %.',
      unit: 'percentunit',
      empty: noRun,
      limit: atMost(limits.errorRatio),
      width: 8,
    },
    { expr: ofRun(errorRatio()), legend: 'failed' },
  ),
  graph(
    {
      title: 'Response time percentiles',
      description: 'From intended start to last byte. Dashed: 500 ms.',
      unit: 's',
      empty: noRun,
      limit: atMost(limits.responseSeconds),
    },
    ...percentileQueries(),
  ),
  graph(
    {
      title: 'Users by worker',
      description: 'Who carried the load of the chosen runs.',
      unit: 'short',
      empty: noRun,
    },
    {
      expr: ofRun('sum by (worker) (loadstar_worker_users{worker=~"$worker"})'),
      legend: '{{worker}}',
    },
  ),
];

const baselineQuery = 'label_values(loadstar_run_info, run_id)';

/** One run; compared with it, nothing is chosen at first. */
const baselineVariable = (): QueryVariableBuilder =>
  runVariable()
    .name('baseline')
    .label('Baseline')
    .description('The run that the chosen one is compared with')
    .query({ qryType: 1, query: baselineQuery, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(baselineQuery)
    .multi(false)
    .includeAll(false)
    .current({ text: '', value: '' });

export const runExplorer: Dashboard = board({
  uid: 'loadstar-run-explorer',
  title: 'Run explorer',
  description: 'Which runs there were, how each did as a whole, and one against another.',
  variables: [scenarioVariable(), runVariable(), baselineVariable(), nameVariable(), workerVariable()],
  from: 'now-3h',
  rows: [
    { title: 'Runs in the time range', panels: overview },
    { title: 'Against the baseline', panels: comparison },
    { title: 'Course of the chosen runs', panels: course },
  ],
});
