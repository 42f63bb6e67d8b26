/** Locust's columns, letter for letter: scripts that read its files must be able to read ours. */
import { percentileKey, summaryPercentiles, type TimeSummary } from '@loadstar/stats';
import type { Cell } from './csv.js';

/** `50%` .. `99.99%`, `100%`. */
export const percentileColumns: readonly string[] = summaryPercentiles.map((percentile) => `${percentile}%`);

export const notAvailable = 'N/A';

/** The eleven percentiles, milliseconds. */
export function percentileCells(times: TimeSummary): Cell[] {
  return summaryPercentiles.map((percentile) =>
    times.count === 0 ? notAvailable : times.percentiles[percentileKey(percentile)],
  );
}
