// What all boards have in common: variables, annotations, links, time, and rows of panels.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  ConstantVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { prometheus } from './panels.js';

/** Where the console is. Change it here, or in the dashboard's settings, when the master is reached elsewhere. */
const consoleUrl = 'http://localhost:8089';

export interface BoardOptions {
  uid: string;
  title: string;
  description: string;
  variables: Builder<VariableModel>[];
  /** Newest part of time shown at first, such as `now-15m`. */
  from: string;
  rows: { title: string; panels: Builder<Panel>[] }[];
}

const tag = 'loadstar';

export function board({ uid, title, description, variables, from, rows }: BoardOptions): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .timezone('browser')
    .time({ from, to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .description('Where the metrics are')
        .type('prometheus')
        .current({ text: 'Prometheus', value: 'prometheus' }),
      new ConstantVariableBuilder('console').value(consoleUrl),
      ...variables,
    ])
    .links([
      new DashboardLinkBuilder('Loadstar')
        .type(DashboardLinkType.Dashboards)
        .icon('external link')
        .tooltip('The other dashboards, with the same time and variables')
        .tags([tag])
        .keepTime(true)
        .includeVars(true),
      new DashboardLinkBuilder('Console')
        .type(DashboardLinkType.Link)
        .icon('external link')
        .tooltip('Start, steer and stop runs')
        .url('${console}/#/live/charts')
        .targetBlank(true),
    ])
    .annotations(annotations());
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  // Stable ids keep links to single panels alive.
  dashboard.panels?.forEach((panel, index) => {
    panel.id = index + 1;
  });
  return dashboard;
}

/** A variable of all values of a label; everything is chosen at first. */
export function labelVariable(
  name: string,
  label: string,
  description: string,
  { metric, of = name }: { metric: string; of?: string },
): QueryVariableBuilder {
  const query = `label_values(${metric}, ${of})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(prometheus)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });
}

export const scenarioVariable = () =>
  labelVariable('scenario', 'Scenario', 'File of the scenario', { metric: 'loadstar_requests_total' });
export const nameVariable = () =>
  labelVariable('name', 'Name', 'Requests by the name that the scenario gives them', {
    metric: 'loadstar_requests_total{scenario=~"$scenario"}',
  });
export const workerVariable = () =>
  labelVariable('worker', 'Worker', 'Workers by their name', { metric: 'loadstar_worker_users' });
export const runVariable = () =>
  labelVariable('run', 'Run', 'Runs within the time range, by their id', {
    metric: 'loadstar_run_info{scenario=~"$scenario"}',
    of: 'run_id',
  });

/** Moments at which something happened, drawn over all graphs. Consecutive samples become one region. */
function annotations(): AnnotationQueryBuilder[] {
  const annotation = (name: string, color: string, expr: string, title: string, text: string) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(prometheus)
      .enable(true)
      .iconColor(color)
      .expr(expr)
      .step('5s')
      .titleFormat(title)
      .textFormat(text);
  return [
    annotation(
      'Runs',
      'blue',
      'loadstar_run_info and on (instance) loadstar_run_state{state=~"preparing|spawning|running|stopping"} == 1',
      'Run {{run_id}}',
      '{{scenario}} against {{host}}, from its start to its end',
    ),
    annotation(
      'Edits',
      'purple',
      'changes(loadstar_target_users[30s]) > 0 and on (instance) loadstar_run_state{state="running"} == 1',
      'Load changed',
      'By a shape, or by somebody during the run',
    ),
    annotation(
      'Lost workers',
      'red',
      'delta(loadstar_workers{state="lost"}[30s]) > 0',
      'Worker lost',
      'What becomes of their users is the loss policy of the run',
    ),
    annotation(
      'Alerts',
      'orange',
      'ALERTS{alertstate="firing"}',
      '{{alertname}}',
      '{{severity}}: {{job}} {{instance}}',
    ),
  ];
}
