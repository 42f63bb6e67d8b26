// Everything that can be downloaded of a run: the report in all formats of the platform, and the seconds behind the charts.
import { runPath } from '../api/client.js';

export interface Offer {
  id: string;
  title: string;
  about: string;
  path: string;
  /** Name of the file where the server gives none. */
  fallback: string;
}

/** @param theme colours of the HTML report */
export function reportOffers(runId: string, theme: 'light' | 'dark'): Offer[] {
  const report = (id: string, title: string, about: string, query: string, suffix: string): Offer => ({
    id,
    title,
    about,
    path: `${runPath(runId)}/report?format=${query}&download=1`,
    fallback: `${runId}${suffix}`,
  });
  return [
    report(
      'html',
      'Report (HTML)',
      'The whole run in one file that opens without a server: charts, tables, failures. For people.',
      `html&theme=${theme}`,
      '.html',
    ),
    report(
      'json',
      'Report (JSON)',
      'Every number of the run as one document. loadstar compare and loadstar report read it.',
      'json',
      '.json',
    ),
    report(
      'requests',
      'Requests (CSV)',
      'A line for every request name: counts, rates, times and percentiles, in Locust’s columns.',
      'csv&part=stats',
      '_stats.csv',
    ),
    report(
      'failures',
      'Failures (CSV)',
      'Failures by name and cause, with how often they occurred.',
      'csv&part=failures',
      '_failures.csv',
    ),
    report(
      'exceptions',
      'Exceptions (CSV)',
      'Errors thrown by the scenario, with stack traces and workers.',
      'csv&part=exceptions',
      '_exceptions.csv',
    ),
    report('history', 'History (CSV)', 'The run second by second.', 'csv&part=stats_history', '_stats_history.csv'),
    report('junit', 'JUnit (XML)', 'A test case for every threshold and check. For CI systems.', 'junit', '.xml'),
    report('markdown', 'Summary (Markdown)', 'The result as a comment for a pull request.', 'markdown', '.md'),
    report('text', 'Tables (text)', 'The tables that the command line prints.', 'text', '.txt'),
    report(
      'hlog',
      'HdrHistogram log',
      'All response times as histograms, a line a second and name. For HdrHistogram tools.',
      'hlog',
      '.hlog',
    ),
    {
      id: 'series',
      title: 'Second by second (JSON)',
      about: 'What the charts draw: requests, failures, users and percentiles of each second.',
      path: `${runPath(runId)}/series`,
      fallback: `${runId}-series.json`,
    },
  ];
}
