/** Reads a stored run back: what `renderJson` wrote, from whoever hands it in. */
import { LoadstarError } from '@loadstar/shared';
import {
  restoreSlices,
  restoreStats,
  type RunStats,
  type RunSummary,
  type SeriesPoint,
  type SlicedRun,
  type StoredSlices,
} from '@loadstar/stats';
import { z } from 'zod';
import { runReportSchema } from './run-report.schema.js';

/** What a report can say more about than the summary holds; without it such parts are left out. */
export interface RunDetails {
  readonly slices?: SlicedRun | undefined;
  readonly stats?: RunStats | undefined;
}

export interface StoredRun {
  readonly summary: RunSummary;
  readonly points: SeriesPoint[];
  readonly details: RunDetails;
}

/**
 * @param text of the file
 * @param label for people: the name of the file
 * @throws LoadstarError INVALID_INPUT when it is no report
 */
export function readStoredRun(text: string, label: string): StoredRun {
  const parsed = runReportSchema.safeParse(json(text, label));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    throw unreadable(label, `${where}${issue?.message ?? 'it has another form'}`);
  }
  const { series, slices, snapshot, ...summary } = parsed.data;
  return {
    // The schema is looser than the type in the keys of its records only (percentiles, outcomes, health).
    summary: summary as unknown as RunSummary,
    points: series,
    details: {
      slices: slices && restoreSlices(slices as StoredSlices),
      stats: snapshot === undefined ? undefined : restoreStats(snapshot),
    },
  };
}

/** The published schema of the format, JSON Schema draft 2020-12. */
export function runReportJsonSchema(): object {
  const schema = z.toJSONSchema(runReportSchema);
  return { ...schema, $id: 'loadstar/run-report.schema.json', title: 'A stored run of Loadstar' };
}

function json(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(label, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(label: string, detail: string): LoadstarError {
  return new LoadstarError('INVALID_INPUT', { detail: `${label} is not a report of Loadstar: ${detail}` });
}
