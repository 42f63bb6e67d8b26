// Performance KPIs: how well the application does by its own account, over longer times, against what was promised.
import { CustomVariableBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board, labelVariable, scenarioVariable } from '../build/board.js';
import { atLeast, atMost, limits } from '../build/limits.js';
import { graph, stat, table, timeline, upDown } from '../build/panels.js';

const idle = 'Nobody has called the target in this time range.';
const noTarget = 'No target is scraped.';
const noHistory = 'Prometheus has no samples that are this old.';
const target = 'job=~"$job"';

const increase = (metric: string): string => `sum(increase(${metric}{${target}}[$__range]))`;

const compliance = [
  stat(
    {
      title: 'Availability',
      description: 'Share of the time range in which Prometheus could read the target. Aim: 99 %.',
      unit: 'percentunit',
      empty: noTarget,
      limit: atLeast(0.99),
      decimals: 2,
      width: 6,
    },
    { expr: `avg(avg_over_time(up{${target}}[$__range]))`, instant: true },
  ),
  stat(
    {
      title: 'Answered without error',
      description: 'Share of the target’s answers in the time range with a status below 400. Aim: 95 %.',
      unit: 'percentunit',
      empty: idle,
      limit: atLeast(limits.serviceLevel),
      decimals: 2,
      width: 6,
    },
    {
      expr: `${increase('app_requests_success_total')} / (${increase('app_requests_total')} > 0)`,
      instant: true,
    },
  ),
  stat(
    {
      title: 'Answered within 500 ms',
      description: 'Share of the target’s answers in the time range that took at most 500 ms. Aim: 95 %.',
      unit: 'percentunit',
      empty: idle,
      limit: atLeast(limits.serviceLevel),
      decimals: 2,
      width: 6,
    },
    {
      expr: `sum(increase(app_response_time_seconds_bucket{${target}, le="0.5"}[$__range])) / (${increase('app_response_time_seconds_count')} > 0)`,
      instant: true,
    },
  ),
  stat(
    {
      title: 'Error budget left',
      description:
        'What is left of the 5 % of requests that may fail, over the time range. Below zero the promise is broken.',
      unit: 'percentunit',
      empty: idle,
      limit: atLeast(0),
      decimals: 1,
      width: 6,
    },
    {
      expr: `1 - (${increase('app_requests_error_total')} / (${increase('app_requests_total')} > 0)) / ${limits.errorRatio}`,
      instant: true,
    },
  ),
  timeline(
    {
      title: 'Promises kept',
      description:
        'Minute by minute: at most 5 % errors, 95 % within 500 ms, as the target and as the virtual users saw it.',
      unit: 'short',
      empty: idle,
      mappings: upDown('kept', 'broken'),
      height: 7,
    },
    { expr: `job:app_request_errors:ratio_rate1m{${target}} <= bool ${limits.errorRatio}`, legend: '{{job}}: errors' },
    { expr: `job:app_sla_fast:ratio_rate1m{${target}} >= bool ${limits.serviceLevel}`, legend: '{{job}}: fast' },
    {
      expr: `scenario:loadstar_request_errors:ratio_rate1m{scenario=~"$scenario"} <= bool ${limits.errorRatio}`,
      legend: '{{scenario}}: errors',
    },
    {
      expr: `scenario:loadstar_response_seconds:p95_rate1m{scenario=~"$scenario"} <= bool ${limits.responseSeconds}`,
      legend: '{{scenario}}: fast',
    },
  ),
  table(
    {
      title: 'Service level by scenario',
      description: 'Worst minute of each scenario in the time range.',
      unit: 'short',
      empty: 'No run in this time range.',
      height: 6,
    },
    [
      { field: 'scenario', heading: 'Scenario' },
      { field: 'Value #A', heading: 'Worst error rate', unit: 'percentunit', limit: atMost(limits.errorRatio) },
      { field: 'Value #B', heading: 'Worst 95th percentile', unit: 's', limit: atMost(limits.responseSeconds) },
      {
        field: 'Value #C',
        heading: 'Lowest share of good requests',
        unit: 'percentunit',
        limit: atLeast(limits.serviceLevel),
      },
    ],
    { expr: 'max_over_time(scenario:loadstar_request_errors:ratio_rate1m{scenario=~"$scenario"}[$__range])' },
    { expr: 'max_over_time(scenario:loadstar_response_seconds:p95_rate1m{scenario=~"$scenario"}[$__range])' },
    { expr: 'min_over_time(scenario:loadstar_sla_good:ratio_rate1m{scenario=~"$scenario"}[$__range])' },
  ),
];

const application = [
  stat(
    {
      title: 'Health',
      description: 'What the target says of itself.',
      unit: 'short',
      empty: noTarget,
      mappings: upDown('healthy', 'shutting down'),
      limit: atLeast(1),
    },
    { expr: `min(app_health_status{${target}})` },
  ),
  stat(
    { title: 'Requests', description: 'API requests per second that arrive.', unit: 'reqps', empty: noTarget },
    { expr: `sum(rate(app_requests_total{${target}}[$__rate_interval]))` },
  ),
  stat(
    {
      title: 'Mean response time',
      description: 'Over the last 1,000 requests, by the target’s own clock. Red from 500 ms.',
      unit: 's',
      empty: noTarget,
      limit: atMost(limits.responseSeconds),
    },
    { expr: `avg(app_response_time_avg{${target}})` },
  ),
  stat(
    {
      title: 'Connections',
      description: 'Open TCP connections of the target.',
      unit: 'short',
      empty: noTarget,
    },
    { expr: `sum(app_active_connections{${target}})` },
  ),
  stat(
    {
      title: 'Users kept',
      description: 'Users that the target has in memory: five at its start, one more for each create.',
      unit: 'short',
      empty: noTarget,
    },
    { expr: `sum(app_users_count{${target}})` },
  ),
  stat(
    {
      title: 'Errors',
      description: 'Share of answers with a status of 400 or above. Red from 5 %.',
      unit: 'percentunit',
      empty: idle,
      limit: atMost(limits.errorRatio),
    },
    {
      expr: `sum(rate(app_requests_error_total{${target}}[$__rate_interval])) / (sum(rate(app_requests_total{${target}}[$__rate_interval])) > 0)`,
    },
  ),
  graph(
    {
      title: 'Answers',
      description: 'API requests per second by how the target answered.',
      unit: 'reqps',
      empty: noTarget,
    },
    { expr: `sum(rate(app_requests_success_total{${target}}[$__rate_interval]))`, legend: 'below 400' },
    { expr: `sum(rate(app_requests_error_total{${target}}[$__rate_interval]))`, legend: '400 and above' },
  ),
  graph(
    {
      title: 'Response time by the target’s own clock',
      description: 'Without network and queues: what is missing to the virtual users’ view was spent on the way.',
      unit: 's',
      empty: idle,
      limit: atMost(limits.responseSeconds),
    },
    ...([0.5, 0.95, 0.99] as const).map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(app_response_time_seconds_bucket{${target}}[$__rate_interval])))`,
      legend: `${quantile * 100} %`,
    })),
  ),
];

const custom = [
  graph(
    {
      title: 'Custom gauges',
      description:
        'Every app_* metric of the target that goes up and down, chosen by the variable KPI. Add your own in the target.',
      unit: 'short',
      empty: 'The target has no such metric.',
    },
    { expr: `{__name__=~"$kpi", __name__!~".*_(total|bucket|sum|count)", ${target}}`, legend: '{{__name__}}' },
  ),
  graph(
    {
      title: 'Custom counter',
      description: 'The app_* counter that the variable Counter names, per second.',
      unit: 'ops',
      empty: 'The target has no such metric.',
    },
    {
      expr: `sum by (instance) (rate({__name__="$counter", ${target}}[$__rate_interval]))`,
      legend: '$counter of {{instance}}',
    },
  ),
];

const versus = (expr: (offset: string) => string): { expr: string; legend: string }[] => [
  { expr: expr(''), legend: 'now' },
  { expr: expr(' offset $compare'), legend: '$compare earlier' },
];

const trends = [
  graph(
    {
      title: 'Request rate, compared',
      description: 'The target’s requests per second, and those at the same time earlier (variable Compare with).',
      unit: 'reqps',
      empty: noHistory,
      width: 8,
    },
    ...versus((offset) => `sum(job:app_requests:rate1m{${target}}${offset})`),
  ),
  graph(
    {
      title: '95th percentile, compared',
      description: 'By the target’s own clock, and at the same time earlier.',
      unit: 's',
      empty: noHistory,
      limit: atMost(limits.responseSeconds),
      width: 8,
    },
    ...versus((offset) => `max(job:app_response_seconds:p95_rate1m{${target}}${offset})`),
  ),
  graph(
    {
      title: 'Error rate, compared',
      description: 'Share of the target’s answers that were errors, and at the same time earlier.',
      unit: 'percentunit',
      empty: noHistory,
      limit: atMost(limits.errorRatio),
      width: 8,
    },
    ...versus((offset) => `max(job:app_request_errors:ratio_rate1m{${target}}${offset})`),
  ),
  graph(
    {
      title: 'Requests per hour',
      description: 'How much the target has been called, hour by hour, for long time ranges.',
      unit: 'short',
      empty: idle,
    },
    { expr: `sum(increase(app_requests_total{${target}}[1h]))`, legend: 'requests' },
  ),
  graph(
    {
      title: 'Worst 95th percentile of each hour',
      description: 'The slowest minute of the hour before, as the virtual users saw it, by scenario.',
      unit: 's',
      empty: 'No run in this time range.',
      limit: atMost(limits.responseSeconds),
    },
    {
      expr: 'max_over_time(scenario:loadstar_response_seconds:p95_rate1m{scenario=~"$scenario"}[1h])',
      legend: '{{scenario}}',
    },
  ),
];

export const keyFigures: Dashboard = board({
  uid: 'loadstar-key-figures',
  title: 'Performance KPIs',
  description: 'How well the application does by its own account, over longer times, against what was promised.',
  variables: [
    labelVariable('job', 'Application', 'Scraped applications with app_* metrics', { metric: 'app_requests_total' }),
    labelVariable('kpi', 'KPI', 'Metrics of the application', {
      metric: '{__name__=~"app_.+"}',
      of: '__name__',
    }).allValue('app_.+'),
    labelVariable('counter', 'Counter', 'A counter of the application', {
      metric: '{__name__=~"app_.+_total"}',
      of: '__name__',
    })
      .multi(false)
      .includeAll(false)
      .current({ text: 'app_requests_total', value: 'app_requests_total' }),
    scenarioVariable(),
    new CustomVariableBuilder('compare')
      .label('Compare with')
      .description('How much earlier the second line of the trends is')
      .values('15m,1h,1d,7d')
      .options(['15m', '1h', '1d', '7d'].map((value) => ({ text: value, value, selected: value === '1h' })))
      .current({ text: '1h', value: '1h' }),
  ],
  from: 'now-3h',
  rows: [
    { title: 'Service level', panels: compliance },
    { title: 'Application', panels: application },
    { title: 'Custom metrics', panels: custom },
    { title: 'Trends', panels: trends },
  ],
});
