/**
 * Metrics that are kept for Prometheus, as OpenTelemetry's data model has them: same names, same labels, same values, so
 * that there is one set of names to learn. They are not counted a second time; what is sent is what a scrape would read.
 */
import { type HrTime, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { ExponentialPoint, MetricSet, PromMetric, PromValue } from '../telemetry.js';

export interface Moments {
  /** Wall-clock milliseconds. */
  readonly nowMs: number;
  readonly processBeganMs: number;
}

const { CUMULATIVE: aggregationTemporality } = AggregationTemporality;

/** @param isExponential whether the finer form of a histogram is to be taken where there is one */
export function otlpMetrics(set: MetricSet, { nowMs, processBeganMs }: Moments, isExponential: boolean): MetricData[] {
  const endTime = millisToHrTime(nowMs);
  return set.metrics.flatMap((metric) => {
    const startTime = millisToHrTime(set.sinceMs?.(metric.name) ?? processBeganMs);
    const points = isExponential ? set.exponential?.get(metric.name) : undefined;
    const data = points
      ? exponential(metric, points, startTime, endTime)
      : metric.type === 'histogram'
        ? histogram(metric, startTime, endTime)
        : numbers(metric, startTime, endTime);
    return data.dataPoints.length > 0 ? [data] : [];
  });
}

function descriptorOf({ name, help }: PromMetric) {
  return { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE };
}

/** In the code of UCUM; the base units stand in the names. */
function unitOf(name: string): string {
  const [, unit] = /_(seconds|bytes)(?:_total)?$/.exec(name) ?? [];
  return unit === 'seconds' ? 's' : unit === 'bytes' ? 'By' : '';
}

function numbers(metric: PromMetric, startTime: HrTime, endTime: HrTime): MetricData {
  const descriptor = descriptorOf(metric);
  const dataPoints = metric.values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels, value }) => ({ startTime, endTime, attributes: attributesOf(labels), value }));
  // Summaries are not in use; whatever is no counter is a value of its moment.
  return metric.type === 'counter'
    ? { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
}

interface Parts {
  readonly labels: PromValue['labels'];
  /** Upper bounds with what lies at or below each. */
  readonly buckets: [number, number][];
  sum: number;
  count: number;
}

function histogram(metric: PromMetric, startTime: HrTime, endTime: HrTime): MetricData {
  const series = new Map<string, Parts>();
  for (const { metricName, labels: all, value } of metric.values) {
    const { le, ...labels } = all;
    const id = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const parts = series.get(id) ?? { labels, buckets: [], sum: 0, count: 0 };
    series.set(id, parts);
    if (metricName?.endsWith('_sum')) parts.sum = value;
    else if (metricName?.endsWith('_count')) parts.count = value;
    else parts.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
  }
  const dataPoints: DataPoint<Histogram>[] = [...series.values()].map(({ labels, buckets, sum, count }) => {
    const ordered = buckets.toSorted(([a], [b]) => a - b).filter(([bound]) => bound !== Infinity);
    // Prometheus' buckets hold all that is below them, OpenTelemetry's each its own.
    const counts = [...ordered.map(([, value]) => value), count].map((value, i, all) => value - (all[i - 1] ?? 0));
    const value = { buckets: { boundaries: ordered.map(([bound]) => bound), counts }, sum, count };
    return { startTime, endTime, attributes: attributesOf(labels), value };
  });
  const descriptor = descriptorOf(metric);
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function exponential(
  metric: PromMetric,
  points: readonly ExponentialPoint[],
  startTime: HrTime,
  endTime: HrTime,
): MetricData {
  const dataPoints = points.map(({ labels, scale, zeroCount, offset, counts, count, sum, min, max }) => ({
    startTime,
    endTime,
    attributes: labels,
    value: {
      count,
      sum,
      scale,
      zeroCount,
      positive: { offset, bucketCounts: [...counts] },
      negative: { offset: 0, bucketCounts: [] },
      ...(count > 0 ? { min, max } : {}),
    },
  }));
  const descriptor = descriptorOf(metric);
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints };
}

function attributesOf(labels: PromValue['labels']): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
