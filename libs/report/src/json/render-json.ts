/** The summary and the seconds of a run as one JSON document, for programs; the fields are those of `RunSummary`. */
import type { RunSummary, SeriesPoint } from '@loadstar/stats';

export function renderJson(summary: RunSummary, points: readonly SeriesPoint[]): string {
  return `${JSON.stringify({ ...summary, series: points }, null, 2)}\n`;
}
