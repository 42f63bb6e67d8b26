/**
 * A run as one JSON document, for programs and as what later runs are compared with. The fields are those of
 * `RunSummary`, then the seconds, the time slices and all numbers exactly; `schema/run-report.schema.json` describes them.
 */
import { type RunSummary, type SeriesPoint, storeSlices, storeStats } from '@loadstar/stats';
import type { RunDetails } from '../stored/stored-run.js';

export function renderJson(
  summary: RunSummary,
  points: readonly SeriesPoint[],
  { slices, stats }: RunDetails = {},
): string {
  const head = JSON.stringify({ ...summary, series: points }, null, 2);
  if (slices === undefined && stats === undefined) return `${head}\n`;
  // On one line each: nobody reads them, and indented they would be ten times as long.
  const rest = [
    slices && `  "slices": ${JSON.stringify(storeSlices(slices))}`,
    stats && `  "snapshot": ${JSON.stringify(storeStats(summary.meta.runId, stats))}`,
  ].filter((line) => line !== undefined);
  return `${head.slice(0, -2)},\n${rest.join(',\n')}\n}\n`;
}
