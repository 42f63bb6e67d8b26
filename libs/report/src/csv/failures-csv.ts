import type { RunSummary } from '@loadstar/stats';
import { csvLines } from './csv.js';

/** One line a group of failures, in Locust's columns; times in ISO 8601, UTC. */
export function failuresCsv(summary: RunSummary): string {
  return csvLines(
    ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen'],
    summary.failures.map((row) => [row.method, row.name, row.error, row.occurrences, row.firstSeen, row.lastSeen]),
  );
}
