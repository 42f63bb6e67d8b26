/**
 * The page in OpenMetrics (https://prometheus.io/docs/specs/om/open_metrics_spec/), the text format with a place for
 * exemplars. prom-client writes it too, but renames counters for good when it does, so that the plain page would change.
 */
import type { PromMetric, PromValue } from '@loadstar/telemetry';
import type { Exemplar } from './duration-buckets.js';

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

type Value = PromValue & { readonly exemplar?: Exemplar | undefined };

export function openMetricsPage(metrics: readonly PromMetric[]): string {
  return [...metrics.flatMap(family), '# EOF', ''].join('\n');
}

function family({ name, help, type, values }: PromMetric): string[] {
  // A counter has to end in _total there, and its family to go without it. One that does not end so keeps its name.
  const isCounter = type === 'counter' && name.endsWith('_total');
  const shown = isCounter ? name.slice(0, -'_total'.length) : name;
  const kind = type === 'counter' && !isCounter ? 'unknown' : String(type);
  return [`# HELP ${shown} ${escape(help)}`, `# TYPE ${shown} ${kind}`, ...values.map((value) => line(name, value))];
}

function line(name: string, { metricName = name, labels, value, exemplar }: Value): string {
  const sample = `${metricName}${labelSet(labels)} ${number(value)}`;
  if (!exemplar) return sample;
  return `${sample} # ${labelSet(exemplar.labels)} ${number(exemplar.value)} ${exemplar.timestamp.toFixed(3)}`;
}

function labelSet(labels: PromValue['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
