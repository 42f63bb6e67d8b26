/** How the numbers of stored runs moved, from the first to the last. */
import type { TrendRow } from '@loadstar/shared';
import { trendOf } from '@loadstar/stats';
import type { StoredRun } from './stored-run.js';

type Run = Pick<StoredRun, 'summary'>;

/** @param runs in their order */
export function trendsOf(runs: readonly Run[]): TrendRow[] {
  const row = (metric: TrendRow['metric'], value: (run: Run) => number): TrendRow => {
    const values = runs.map(value);
    return { metric, trend: trendOf(values), values };
  };
  return [
    row('p50', (run) => settledMs(run, 50)),
    row('p95', (run) => settledMs(run, 95)),
    row('throughput', ({ summary }) => summary.total.requestsPerSecond),
    row('failRate', ({ summary }) => summary.total.failRatio),
  ];
}

/** A percentile without the warm-up, milliseconds. */
function settledMs({ summary }: Run, percentile: 50 | 95): number {
  const steady = summary.steady?.total.percentiles.find((each) => each.percentile === percentile);
  return steady?.steadyMs ?? summary.total.response.percentiles[`p${percentile}`];
}
