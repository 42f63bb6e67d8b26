/** Rows for people, from the numbers: merged over user classes, sorted by name and method as Locust sorts them. */
import type { CheckRow, ExceptionRow, FailureRow, StatsRow, TaskRow } from '@loadstar/shared';
import { Histogram } from '../histogram/histogram.js';
import { Times } from '../histogram/times.js';
import { type Outcome, outcomes } from '../outcome.js';
import { pathMark } from '../run-stats/groups.js';
import type { RunStats } from '../run-stats/run-stats.js';
import { Series } from '../run-stats/series.js';
import type { RecentRates, TimeSeries } from '../time-series/time-series.js';
import { percentileKey, type SummaryRow, summaryPercentiles, type TimeSummary } from './run-summary.js';

/** Name of the row for all others. */
export const aggregatedName = 'Aggregated';

/** One series per (method, name), user classes merged, sorted by name, then method; and one of all together. */
export function mergeByName(stats: RunStats): { byName: Series[]; total: Series } {
  const merged = new Map<string, Series>();
  /** Rows of several series; those of one hold its times, which are not copied to be shown. */
  const own = new Set<Series>();
  const total = new Series({ userClass: '', method: '', name: aggregatedName });
  for (const series of stats.allSeries()) {
    const { method, name } = series.key;
    const key = `${method} ${name}`;
    const row = merged.get(key);
    if (row === undefined) merged.set(key, rowOf(series));
    else {
      if (!own.has(row)) {
        own.add(row);
        row.ok = row.ok.clone();
        row.failed = row.failed.clone();
      }
      row.merge(series);
    }
    total.merge(series);
  }
  const byName = [...merged.values()].sort(
    (a, b) => compare(a.key.name, b.key.name) || compare(a.key.method, b.key.method),
  );
  return { byName, total };
}

/** A series without its user class; the times are those of the series. */
function rowOf({ key: { method, name }, ok, failed, ...series }: Series): Series {
  const row = new Series({ userClass: '', method, name }, undefined, ok, failed);
  row.started = series.started;
  row.counts.set(series.counts);
  row.bytesReceived = series.bytesReceived;
  row.bytesSent = series.bytesSent;
  row.lastMs = series.lastMs;
  return row;
}

/** Times of successes and failures together, to be read only. */
export function allTimes({ ok, failed }: Series): Times {
  return failed.service.count === 0 ? ok : ok.clone().merge(failed);
}

export function timeSummary(histogram: Histogram): TimeSummary {
  const percentiles = Object.fromEntries(
    summaryPercentiles.map((percentile) => [percentileKey(percentile), toMs(histogram.percentile(percentile))]),
  );
  return {
    count: histogram.count,
    averageMs: toMs(histogram.meanUs),
    minMs: toMs(histogram.minUs),
    maxMs: toMs(histogram.maxUs),
    percentiles: percentiles as TimeSummary['percentiles'],
  };
}

export function outcomeCounts(series: Series): Record<Outcome, number> {
  return Object.fromEntries(outcomes.map((outcome, index) => [outcome, series.counts[index] ?? 0])) as Record<
    Outcome,
    number
  >;
}

/** @param fromMs run time at which counting began, for the rates */
export function summaryRow(series: Series, fromMs: number): SummaryRow {
  const { method, name } = series.key;
  const times = allTimes(series);
  const { requests, failures } = series;
  const seconds = (series.lastMs - fromMs) / 1_000;
  return {
    method,
    name,
    requests,
    failures,
    failRatio: requests === 0 ? 0 : failures / requests,
    requestsPerSecond: perSecond(requests, seconds),
    failuresPerSecond: perSecond(failures, seconds),
    averageBytes: requests === 0 ? 0 : series.bytesReceived / requests,
    bytesReceived: series.bytesReceived,
    bytesSent: series.bytesSent,
    response: timeSummary(times.response),
    service: timeSummary(times.service),
    failedResponse: timeSummary(series.failed.response),
    outcomes: outcomeCounts(series),
  };
}

/** Rows of the live statistics table; without a time series the current rates are 0. */
export function statsRows(stats: RunStats, timeSeries?: TimeSeries): { rows: StatsRow[]; total: StatsRow } {
  const { byName, total } = mergeByName(stats);
  const rates = timeSeries?.recentRates();
  return {
    rows: byName.map((series) => statsRow(series, rates?.of(series.key.method, series.key.name))),
    total: statsRow(total, rates?.total),
  };
}

export function failureRows(stats: RunStats): FailureRow[] {
  return [...stats.errors]
    .map(({ method, name, text, count, firstSeenMs, lastSeenMs }) => ({
      method,
      name,
      error: text,
      occurrences: count,
      firstSeen: isoTime(firstSeenMs),
      lastSeen: isoTime(lastSeenMs),
    }))
    .sort((a, b) => b.occurrences - a.occurrences || compare(a.name, b.name) || compare(a.error, b.error));
}

export function exceptionRows(stats: RunStats): ExceptionRow[] {
  return [...stats.exceptions]
    .map(({ count, message, traceback, workers }) => ({ count, message, traceback, workers: [...workers].sort() }))
    .sort((a, b) => b.count - a.count || compare(a.message, b.message));
}

export function checkRows(stats: RunStats): CheckRow[] {
  return [...stats.checks]
    .map(({ name, passes, failures }) => ({ name, passes, failures }))
    .sort((a, b) => compare(a.name, b.name));
}

export function taskRows(stats: RunStats): TaskRow[] {
  return [...stats.tasks]
    .filter(({ started }) => started > 0)
    .map(({ userClass, path, started }) => ({ userClass, path: path.split(pathMark), started }))
    .sort((a, b) => compare(a.userClass, b.userClass) || b.started - a.started);
}

function statsRow(series: Series, rates: RecentRates | undefined): StatsRow {
  const times = allTimes(series);
  const { response } = times;
  const [p50Ms, p95Ms, p99Ms] = shownPercentiles(response);
  // Mostly they are the same, and finding them is most of what a live frame costs.
  const [serviceP50Ms, serviceP95Ms, serviceP99Ms] = times.shared
    ? [p50Ms, p95Ms, p99Ms]
    : shownPercentiles(times.service);
  return {
    method: series.key.method,
    name: series.key.name,
    requests: series.requests,
    failures: series.failures,
    currentRps: rates?.requestsPerSecond ?? 0,
    currentFailuresPerSecond: rates?.failuresPerSecond ?? 0,
    averageMs: toMs(response.meanUs),
    minMs: toMs(response.minUs),
    maxMs: toMs(response.maxUs),
    p50Ms,
    p95Ms,
    p99Ms,
    serviceP50Ms,
    serviceP95Ms,
    serviceP99Ms,
    averageBytes: series.requests === 0 ? 0 : series.bytesReceived / series.requests,
  };
}

function shownPercentiles(times: Histogram): [p50Ms: number, p95Ms: number, p99Ms: number] {
  return [toMs(times.percentile(50)), toMs(times.percentile(95)), toMs(times.percentile(99))];
}

/** Microseconds to milliseconds, with three decimals. */
export function toMs(us: number): number {
  return Math.round(us) / 1_000;
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}

/** ISO time in UTC; a time that no calendar has (from a broken sender) becomes the epoch. */
export function isoTime(wallMs: number): string {
  const time = new Date(wallMs);
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
