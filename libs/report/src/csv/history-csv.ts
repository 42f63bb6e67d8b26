import { aggregatedName, type SeriesPoint } from '@loadstar/stats';
import { notAvailable, percentileColumns } from './columns.js';
import { type Cell, csvLines } from './csv.js';

const totals = ['Median Response Time', 'Average Response Time', 'Min Response Time', 'Max Response Time'];
const header = [
  'Timestamp',
  'User Count',
  'Type',
  'Name',
  'Requests/s',
  'Failures/s',
  ...percentileColumns,
  'Total Request Count',
  'Total Failure Count',
  ...totals.map((name) => `Total ${name}`),
  'Total Average Content Size',
];

/**
 * One line a second over all names, in the columns of Locust's full history. Percentiles are of that second; what is
 * not kept for every second is `N/A`, which Locust's readers know.
 *
 * @param startedAt ISO time that second 0 began, for the time stamps (Unix seconds)
 */
export function historyCsv(points: readonly SeriesPoint[], startedAt: string): string {
  const startSeconds = Math.floor(Date.parse(startedAt) / 1_000) || 0;
  let requests = 0;
  let failures = 0;
  const rows = points.map((point): Cell[] => {
    requests += point.requests;
    failures += point.failures;
    const known: Record<string, number | null> = { '50%': point.p50Ms, '95%': point.p95Ms, '99%': point.p99Ms };
    return [
      startSeconds + point.second,
      point.users,
      '',
      aggregatedName,
      point.requests,
      point.failures,
      ...percentileColumns.map((column) => known[column] ?? notAvailable),
      requests,
      failures,
      ...totals.map(() => notAvailable),
      notAvailable,
    ];
  });
  return csvLines(header, rows);
}
