import type { RunSummary } from '@loadstar/stats';
import { csvLines } from './csv.js';

/** One line a group of exceptions, in Locust's columns. */
export function exceptionsCsv(summary: RunSummary): string {
  return csvLines(
    ['Count', 'Message', 'Traceback', 'Nodes'],
    summary.exceptions.map((row) => [row.count, row.message, row.traceback, row.workers.join(', ')]),
  );
}
