import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { LoadstarError, type SeriesPoint } from '@loadstar/shared';
import { type ReportFormatName, reportFormats } from '@loadstar/report';
import type { RunSummary } from '@loadstar/stats';
import type { RunFlags } from './run-settings.js';

/** A report is written under another name first, so that a half-written one never stands under its own. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new LoadstarError('REPORT_NOT_WRITTEN', {
      file,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

/**
 * Writes every report file that was asked for; one that fails does not keep the others from being written.
 * @returns the files written
 * @throws LoadstarError REPORT_NOT_WRITTEN of the first that failed
 */
export async function writeReports(
  flags: RunFlags,
  summary: RunSummary,
  points: readonly SeriesPoint[],
): Promise<string[]> {
  const asked: [ReportFormatName, string | undefined][] = [
    ['html', flags.html],
    ['json', flags.json === true ? undefined : flags.json],
    ['csv', flags.csv],
  ];
  const files = asked.flatMap(([format, name]) => {
    if (name === undefined) return [];
    const rendered = reportFormats[format].render(summary, points);
    // One file bears the name as it was given; of several each adds its ending.
    return rendered.map(({ suffix, content }) => ({ file: rendered.length === 1 ? name : name + suffix, content }));
  });
  const results = await Promise.allSettled(files.map(({ file, content }) => writeWhole(file, content)));
  const failed = results.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failed) throw failed.reason;
  return files.map(({ file }) => file);
}
