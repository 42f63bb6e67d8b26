// Panels in the one way all boards show them. What a panel must say is in its type: title, what it means, unit and what
// an empty one means; so none can be without.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  type DataSourceRef,
  type DynamicConfigValue,
  MappingType,
  type Panel,
  PanelBuilder as BarePanelBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmaps from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stats from '@grafana/grafana-foundation-sdk/stat';
import * as timelines from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as graphs from '@grafana/grafana-foundation-sdk/timeseries';
import { type Limit, neutral } from './limits.js';

/** Prometheus, as the variable `datasource` says. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

export interface About {
  title: string;
  /** What is seen and how to read it. */
  description: string;
  /** Grafana's id of a unit, such as `s`, `percentunit`, `reqps`, `short`. */
  unit: string;
  /** What it means when there is nothing to show. */
  empty: string;
  limit?: Limit;
  min?: number;
  max?: number;
  decimals?: number;
  /** Of 24 columns. */
  width?: number;
  height?: number;
  mappings?: ValueMapping[];
}

export interface Query {
  expr: string;
  legend?: string;
  /** Whether requests with a trace are drawn as dots, where there are any. */
  exemplars?: boolean;
  /** Only how it is at the end of the time range, without its course. */
  instant?: boolean;
}

/** What all panel builders of the SDK can do; they have no common type. */
interface AnyPanel extends Builder<ReturnType<graphs.PanelBuilder['build']>> {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  datasource(source: DataSourceRef): this;
  span(width: number): this;
  height(height: number): this;
  min(value: number): this;
  max(value: number): this;
  decimals(count: number): this;
  mappings(list: ValueMapping[]): this;
  thresholds(limit: Limit): this;
  withTarget(query: Builder<Dataquery>): this;
}

function dress<P extends AnyPanel>(panel: P, about: About, width: number, height: number): P {
  panel
    .title(about.title)
    .description(about.description)
    .unit(about.unit)
    .noValue(about.empty)
    .datasource(prometheus)
    .thresholds(about.limit ?? neutral())
    .span(about.width ?? width)
    .height(about.height ?? height);
  if (about.min !== undefined) panel.min(about.min);
  if (about.max !== undefined) panel.max(about.max);
  if (about.decimals !== undefined) panel.decimals(about.decimals);
  if (about.mappings) panel.mappings(about.mappings);
  return panel;
}

const refId = (index: number): string => String.fromCharCode(65 + index);

function query({ expr, legend, instant, exemplars }: Query, index: number): DataqueryBuilder {
  const built = new DataqueryBuilder()
    .datasource(prometheus)
    .refId(refId(index))
    .expr(expr)
    .legendFormat(legend ?? '__auto');
  if (exemplars) built.exemplar(true);
  return instant ? built.instant() : built.range();
}

/** Lines over time, with the limit dashed. */
export function graph(about: About, ...queries: Query[]): graphs.PanelBuilder {
  const panel = dress(new graphs.PanelBuilder(), about, 12, 8)
    .lineWidth(2)
    .fillOpacity(8)
    .showPoints(common.VisibilityMode.Never)
    .axisSoftMin(0)
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        about.limit ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  queries.forEach((each, index) => panel.withTarget(query(each, index)));
  return panel;
}

/** As `graph`, areas on top of each other. */
export function stacked(about: About, ...queries: Query[]): graphs.PanelBuilder {
  return graph(about, ...queries)
    .fillOpacity(40)
    .lineWidth(1)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'));
}

/** One number, the newest in the time range, with its course behind. */
export function stat(about: About, ...queries: Query[]): stats.PanelBuilder {
  const panel = dress(new stats.PanelBuilder(), about, 4, 4)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.Area)
    .textMode(queries.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto);
  queries.forEach((each, index) => panel.withTarget(query(each, index)));
  return panel;
}

/** Coloured bars of states over time. */
export function timeline(about: About, ...queries: Query[]): timelines.PanelBuilder {
  const panel = dress(new timelines.PanelBuilder(), about, 24, 8)
    .mergeValues(true)
    .rowHeight(0.8)
    .fillOpacity(80)
    .showValue(common.VisibilityMode.Never);
  queries.forEach((each, index) => panel.withTarget(query(each, index)));
  return panel;
}

/** How often which duration occurred, as colour over time. The query must give a histogram's rate by `le`. */
export function heatmap(about: About, { expr }: Query): heatmaps.PanelBuilder {
  return dress(new heatmaps.PanelBuilder(), about, 12, 8)
    .calculate(false)
    .yAxis(new heatmaps.YAxisConfigBuilder().unit(about.unit))
    .withTarget(query({ expr, legend: '{{le}}' }, 0).format(PromQueryFormat.Heatmap));
}

export interface Column {
  /** Name of the label or of the value, such as `Value #A`. */
  field: string;
  /** Heading; left out: the column is not shown. */
  heading?: string;
  unit?: string;
  limit?: Limit;
  /** Opened by a click on the cell. */
  link?: { title: string; url: string };
}

/** One row per label set of instant queries, joined over their labels, with the columns in the given order. */
export function table(about: About, columns: Column[], ...queries: Query[]): Builder<Panel> {
  const panel = dress(new tables.PanelBuilder(), about, 24, 8).cellOptions({ type: common.TableCellDisplayMode.Auto });
  queries.forEach((each, index) =>
    panel.withTarget(
      new DataqueryBuilder()
        .datasource(prometheus)
        .refId(refId(index))
        .expr(each.expr)
        .legendFormat('__auto')
        .instant()
        .format(PromQueryFormat.Table),
    ),
  );
  const shown = columns.filter(({ heading }) => heading !== undefined);
  panel.withTransformation({ id: 'merge', options: {} }).withTransformation({
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(
        ['Time', ...columns.filter(({ heading }) => heading === undefined).map(({ field }) => field)].map((field) => [
          field,
          true,
        ]),
      ),
      indexByName: Object.fromEntries(shown.map(({ field }, index) => [field, index])),
      renameByName: Object.fromEntries(shown.map(({ field, heading }) => [field, heading])),
    },
  });
  for (const { heading, unit, limit, link } of shown) {
    const properties: DynamicConfigValue[] = [];
    if (unit) properties.push({ id: 'unit', value: unit });
    if (limit) {
      properties.push({ id: 'thresholds', value: limit.build() });
      properties.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
    }
    if (link) properties.push({ id: 'links', value: [{ ...link, targetBlank: true }] });
    if (properties.length > 0 && heading) panel.overrideByName(heading, properties);
  }
  return {
    build: () => {
      const built = panel.build();
      // The SDK still writes it, Grafana 13 no longer knows it.
      delete (built.options as { footer?: unknown }).footer;
      return built;
    },
  };
}

/** What fires now, with silences and links to the rules; Grafana asks Prometheus for it. */
export function alertList(about: Pick<About, 'title' | 'description' | 'width' | 'height'>): BarePanelBuilder {
  return new BarePanelBuilder()
    .type('alertlist')
    .title(about.title)
    .description(about.description)
    .span(about.width ?? 12)
    .height(about.height ?? 8)
    .options({
      viewMode: 'list',
      groupMode: 'default',
      groupBy: [],
      maxItems: 20,
      sortOrder: 3,
      dashboardAlerts: false,
      alertName: '',
      alertInstanceLabelFilter: '',
      datasource: 'Prometheus',
      folder: '',
      showInstances: true,
      stateFilter: { firing: true, pending: true, recovering: true, noData: false, normal: false, error: true },
    });
}

/** Colours and words for 1 and 0. */
export function upDown(up: string, down: string): ValueMapping[] {
  return [
    {
      type: MappingType.ValueToText,
      options: { '1': { text: up, color: 'green', index: 0 }, '0': { text: down, color: 'red', index: 1 } },
    },
  ];
}
