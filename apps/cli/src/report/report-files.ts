import { type ReportFormatName, reportFormats, type RunDetails } from '@loadstar/report';
import type { SeriesPoint } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';
import { writeWhole } from '../output/write-whole.js';

/** Formats that were asked for, each with a file's name (for `csv`: what the four names begin with). */
export type AskedReports = Partial<Record<ReportFormatName, string | undefined>>;

/**
 * Writes every report that was asked for; one that fails does not keep the others from being written.
 * @returns the files written
 * @throws LoadstarError REPORT_NOT_WRITTEN of the first that failed
 */
export async function writeReportFiles(
  asked: AskedReports,
  summary: RunSummary,
  points: readonly SeriesPoint[],
  details: RunDetails = {},
): Promise<string[]> {
  const files = (Object.keys(reportFormats) as ReportFormatName[]).flatMap((format) => {
    const name = asked[format];
    if (name === undefined) return [];
    const rendered = reportFormats[format].render(summary, points, details);
    // One file bears the name as it was given; of several each adds its ending.
    return rendered.map(({ suffix, content }) => ({ file: rendered.length === 1 ? name : name + suffix, content }));
  });
  const results = await Promise.allSettled(files.map(({ file, content }) => writeWhole(file, content)));
  const failed = results.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failed) throw failed.reason;
  return files.map(({ file }) => file);
}
