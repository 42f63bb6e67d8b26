import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { LoadstarError, type SeriesPoint } from '@loadstar/shared';
import { exceptionsCsv, failuresCsv, historyCsv, renderHtml, renderJson, requestsCsv } from '@loadstar/report';
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
  const files: [string, () => string][] = [];
  if (flags.html !== undefined) files.push([flags.html, () => renderHtml(summary, points)]);
  if (typeof flags.json === 'string') files.push([flags.json, () => renderJson(summary, points)]);
  if (flags.csv !== undefined) {
    files.push(
      [`${flags.csv}_stats.csv`, () => requestsCsv(summary)],
      [`${flags.csv}_stats_history.csv`, () => historyCsv(summary, points)],
      [`${flags.csv}_failures.csv`, () => failuresCsv(summary)],
      [`${flags.csv}_exceptions.csv`, () => exceptionsCsv(summary)],
    );
  }
  const results = await Promise.allSettled(files.map(([file, render]) => writeWhole(file, render())));
  const failed = results.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failed) throw failed.reason;
  return files.map(([file]) => file);
}
