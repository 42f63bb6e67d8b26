/** Report formats by name: what the command line and the API offer. A new format is one file and one line here. */
import type { RunSummary, SeriesPoint } from '@loadstar/stats';
import { exceptionsCsv } from './csv/exceptions-csv.js';
import { failuresCsv } from './csv/failures-csv.js';
import { historyCsv } from './csv/history-csv.js';
import { requestsCsv } from './csv/requests-csv.js';
import { type HtmlOptions, renderHtml } from './html/render-html.js';
import { renderJson } from './json/render-json.js';
import { renderHlog } from './hlog/render-hlog.js';
import { renderJunit } from './junit/render-junit.js';
import { renderMarkdown } from './markdown/render-markdown.js';
import type { RunDetails } from './stored/stored-run.js';
import { renderText } from './text/render-text.js';

export interface ReportFile {
  /** End of the file's name, such as `.markup`, or Locust's `_stats.csv`. */
  suffix: string;
  content: string;
}

export interface ReportFormat {
  description: string;
  mediaType: string;
  /** The files of a report, in the order they should be written. */
  render(
    summary: RunSummary,
    points: readonly SeriesPoint[],
    details?: RunDetails,
    looks?: Pick<HtmlOptions, 'theme'>,
  ): ReportFile[];
}

export const reportFormats = {
  text: {
    description: 'tables for a terminal or a log',
    mediaType: 'text/plain; charset=utf-8',
    render: (summary) => [{ suffix: '.txt', content: renderText(summary) }],
  },
  json: {
    description: 'summary and seconds for programs',
    mediaType: 'application/json; charset=utf-8',
    render: (summary, points, details?: RunDetails) => [
      { suffix: '.json', content: renderJson(summary, points, details) },
    ],
  },
  csv: {
    description: 'four files in Locust’s columns',
    mediaType: 'text/csv; charset=utf-8',
    render: (summary, points) => [
      { suffix: '_stats.csv', content: requestsCsv(summary) },
      { suffix: '_failures.csv', content: failuresCsv(summary) },
      { suffix: '_exceptions.csv', content: exceptionsCsv(summary) },
      { suffix: '_stats_history.csv', content: historyCsv(points, summary.meta.startedAt) },
    ],
  },
  html: {
    description: 'one self-contained page with charts',
    mediaType: 'text/html; charset=utf-8',
    render: (summary, points, _?: RunDetails, looks: Pick<HtmlOptions, 'theme'> = {}) => [
      { suffix: '.html', content: renderHtml(summary, points, looks) },
    ],
  },
  junit: {
    description: 'JUnit XML: a case per threshold and check',
    mediaType: 'application/xml; charset=utf-8',
    render: (summary) => [{ suffix: '.xml', content: renderJunit(summary) }],
  },
  markdown: {
    description: 'a summary for a pull request',
    mediaType: 'text/markdown; charset=utf-8',
    render: (summary) => [{ suffix: '.md', content: renderMarkdown(summary) }],
  },
  hlog: {
    description: 'HdrHistogram log, a line per second and name',
    mediaType: 'text/plain; charset=utf-8',
    render: (summary, _, details = {}) => [{ suffix: '.hlog', content: renderHlog(summary, details) }],
  },
} as const satisfies Record<string, ReportFormat>;

export type ReportFormatName = keyof typeof reportFormats;
