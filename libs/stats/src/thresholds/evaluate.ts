/** Judges thresholds on merged numbers. A threshold without data fails: nothing measured is not a pass. */
import { Histogram } from '../histogram/histogram.js';
import type { RunStats } from '../run-stats/run-stats.js';
import type { Series } from '../run-stats/series.js';
import { parseThresholds } from './parse.js';
import type { Comparison, Statistic, Threshold, ThresholdResult } from './threshold.js';

/**
 * @param thresholds as in a scenario's `options.thresholds`
 * @param elapsedSeconds run time that the numbers cover, for rates per second
 * @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read
 */
export function evaluateThresholds(
  thresholds: Readonly<Record<string, readonly string[]>>,
  stats: RunStats,
  elapsedSeconds: number,
): ThresholdResult[] {
  return parseThresholds(thresholds).map((threshold) => evaluateThreshold(threshold, stats, elapsedSeconds));
}

export function evaluateThreshold(threshold: Threshold, stats: RunStats, elapsedSeconds: number): ThresholdResult {
  const { selector, expression, comparison, limit } = threshold;
  const value = measure(threshold, stats, elapsedSeconds);
  if (value === undefined) {
    return { selector, expression, value: null, passed: false, reason: 'no data: nothing matched the selector' };
  }
  const passed = holds(value, comparison, limit);
  return {
    selector,
    expression,
    value,
    passed,
    reason: passed ? null : `${shown(value)} is not ${comparison} ${limit}`,
  };
}

/** The measured value in the unit of the expression; undefined without data. */
function measure(threshold: Threshold, stats: RunStats, elapsedSeconds: number): number | undefined {
  const { metric, statistic } = threshold;
  switch (metric) {
    case 'request_duration':
      return ofTimes(statistic, matching(threshold, stats), (times) => times.response);
    case 'service_duration':
      return ofTimes(statistic, matching(threshold, stats), (times) => times.service);
    case 'connect_duration':
      return ofHistogram(statistic, stats.connect);
    case 'request_failed': {
      const series = matching(threshold, stats);
      return ofShare(
        statistic,
        sum(series, (one) => one.failures),
        sum(series, (one) => one.requests),
      );
    }
    case 'requests':
      return ofCount(
        statistic,
        sum(matching(threshold, stats), (one) => one.requests),
        elapsedSeconds,
      );
    case 'iterations': {
      const { started, finished, failed } = stats.iterations;
      return started === 0 ? undefined : ofCount(statistic, finished + failed, elapsedSeconds);
    }
    case 'dropped_arrivals':
      // None dropped is the good case here, so that zero is data as soon as anything ran.
      if (stats.iterations.started === 0 && stats.droppedArrivals === 0) return undefined;
      return statistic.kind === 'count'
        ? stats.droppedArrivals
        : stats.droppedArrivals / Math.max(elapsedSeconds, 1e-9);
    case 'checks': {
      const checks = [...stats.checks].filter(({ name }) => (threshold.tags.check ?? name) === name);
      const passes = checks.reduce((total, check) => total + check.passes, 0);
      const failures = checks.reduce((total, check) => total + check.failures, 0);
      return ofShare(statistic, passes, passes + failures);
    }
  }
}

function matching({ tags }: Threshold, stats: RunStats): Series[] {
  return [...stats.allSeries()].filter(
    ({ key }) =>
      (tags.name ?? key.name) === key.name &&
      (tags.method ?? key.method) === key.method &&
      (tags.user_class ?? key.userClass) === key.userClass,
  );
}

function ofTimes(
  statistic: Statistic,
  series: readonly Series[],
  choose: (times: Series['ok']) => Histogram,
): number | undefined {
  const merged = new Histogram();
  for (const { ok, failed } of series) merged.merge(choose(ok)).merge(choose(failed));
  return ofHistogram(statistic, merged);
}

/** Milliseconds, but for a count. */
function ofHistogram(statistic: Statistic, histogram: Histogram): number | undefined {
  if (histogram.count === 0) return undefined;
  switch (statistic.kind) {
    case 'avg':
      return histogram.meanUs / 1_000;
    case 'min':
      return histogram.minUs / 1_000;
    case 'max':
      return histogram.maxUs / 1_000;
    case 'med':
      return histogram.percentile(50) / 1_000;
    case 'percentile':
      return histogram.percentile(statistic.percentile) / 1_000;
    default:
      return histogram.count;
  }
}

function ofShare(statistic: Statistic, part: number, whole: number): number | undefined {
  if (whole === 0) return undefined;
  return statistic.kind === 'count' ? part : part / whole;
}

function ofCount(statistic: Statistic, count: number, elapsedSeconds: number): number | undefined {
  if (count === 0) return undefined;
  return statistic.kind === 'count' ? count : count / Math.max(elapsedSeconds, 1e-9);
}

function sum(series: readonly Series[], of: (series: Series) => number): number {
  return series.reduce((total, one) => total + of(one), 0);
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

function shown(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
