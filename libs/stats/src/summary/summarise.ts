import type { CapacityView, RunEvent } from '@loadstar/shared';
import type { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from '../snapshot/header.js';
import { evaluateThresholds } from '../thresholds/evaluate.js';
import type { Series } from '../run-stats/series.js';
import type { SlicedRun } from '../slices/slice-store.js';
import { apdexOf, defaultApdexMs } from '../steady/apdex.js';
import { summariseSteady } from '../steady/steady-state.js';
import type { BaselineValue, ThresholdResult } from '../thresholds/threshold.js';
import { checkRows, exceptionRows, failureRows, mergeByName, outcomeCounts, summaryRow, timeSummary } from './rows.js';
import type { RunSummary, SummaryMeta, SummaryRow } from './run-summary.js';

export interface SummariseOptions {
  /** As in `options.thresholds` of a scenario. */
  thresholds?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The last word of a `ThresholdMonitor`, which knows more than the sum of the run; replaces `thresholds`. */
  thresholdResults?: readonly ThresholdResult[] | undefined;
  /** Numbers of the baseline, for `thresholds` that are relative to it. */
  baseline?: BaselineValue | undefined;
  /** The run by time slices; with it the summary says where it had settled. */
  slices?: SlicedRun | undefined;
  /** What the search for the capacity came to. */
  capacity?: CapacityView | undefined;
  /** What happened to the run, in order. */
  events?: readonly RunEvent[] | undefined;
  /** T of the Apdex, milliseconds. Default 500. */
  apdexMs?: number | undefined;
  /** Latest header of each incarnation, as `Ledger.headers()` gives them. */
  headers?: readonly SnapshotHeader[] | undefined;
}

/** The summary of a run. Pure: equal numbers give equal summaries. @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read */
export function summarise(stats: RunStats, meta: SummaryMeta, options: SummariseOptions = {}): RunSummary {
  const { byName, total } = mergeByName(stats);
  const { apdexMs = defaultApdexMs, slices } = options;
  const row = (series: Series): SummaryRow => ({
    ...summaryRow(series, meta.countedFromMs),
    apdex: apdexOf([series], apdexMs),
  });
  return {
    schema: 1,
    meta,
    rows: byName.map(row),
    total: row(total),
    failures: failureRows(stats),
    exceptions: exceptionRows(stats),
    checks: checkRows(stats),
    thresholds: options.thresholdResults
      ? [...options.thresholdResults]
      : evaluateThresholds(options.thresholds ?? {}, stats, meta.elapsedSeconds, options.baseline),
    outcomes: outcomeCounts(total),
    iterations: { ...stats.iterations },
    droppedArrivals: stats.droppedArrivals,
    connections: { ...stats.connections },
    connect: timeSummary(stats.connect),
    lag: timeSummary(stats.lag),
    generators: (options.headers ?? []).map(({ worker, incarnation, phase, final, users, health, elapsedMs }) => ({
      worker,
      incarnation,
      phase,
      final,
      users,
      health,
      elapsedMs,
    })),
    ...(options.events && options.events.length > 0 && { events: [...options.events] }),
    apdexMs,
    ...(options.capacity && { capacity: options.capacity }),
    // Steps are no steady state.
    ...(slices && !options.capacity && { steady: summariseSteady(slices) }),
  };
}
