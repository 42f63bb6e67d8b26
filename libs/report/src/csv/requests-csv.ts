import type { RunSummary } from '@loadstar/stats';
import { percentileCells, percentileColumns } from './columns.js';
import { csvLines } from './csv.js';

const header = [
  'Type',
  'Name',
  'Request Count',
  'Failure Count',
  'Median Response Time',
  'Average Response Time',
  'Min Response Time',
  'Max Response Time',
  'Average Content Size',
  'Requests/s',
  'Failures/s',
  ...percentileColumns,
];

/** One line a (method, name) and the aggregated one, in Locust's columns; times in milliseconds. */
export function requestsCsv(summary: RunSummary): string {
  return csvLines(
    header,
    [...summary.rows, summary.total].map((row) => [
      row.method,
      row.name,
      row.requests,
      row.failures,
      row.response.percentiles.p50,
      row.response.averageMs,
      row.response.minMs,
      row.response.maxMs,
      row.averageBytes,
      row.requestsPerSecond,
      row.failuresPerSecond,
      ...percentileCells(row.response),
    ]),
  );
}
