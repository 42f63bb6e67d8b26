// The list of runs as far as it is known: the newest page, asked for again and again, and older ones as somebody wants
// to see them. Pure, so that runs which come and go between two answers are tested without a server.
import type { RunView } from '@loadstar/shared';
import { ApiProblem } from '../api/problem.js';

/** Runs of one answer. */
export const pageSize = 200;

export interface RunPages {
  /** Newest first, without holes. */
  readonly runs: readonly RunView[];
  /** Whether there may be older ones. */
  readonly hasOlder: boolean;
}

/** What is known once the newest runs were told again. */
export function withNewest(known: RunPages | undefined, page: readonly RunView[]): RunPages {
  const isAll = page.length < pageSize;
  if (isAll || !known) return { runs: page, hasOlder: !isAll };
  const told = new Set(page.map(({ id }) => id));
  const last = known.runs.findLastIndex(({ id }) => told.has(id));
  // So many are new that nothing tells what is between them and those that were known.
  if (last < 0) return { runs: page, hasOlder: true };
  const older = known.runs.slice(last + 1);
  return { runs: [...page, ...older], hasOlder: older.length === 0 || known.hasOlder };
}

/** What is known with the page after the last run that is. */
export function withOlder(known: RunPages, page: readonly RunView[]): RunPages {
  const told = new Set(known.runs.map(({ id }) => id));
  return {
    runs: [...known.runs, ...page.filter(({ id }) => !told.has(id))],
    hasOlder: page.length === pageSize,
  };
}

type ReadRuns = (limit: number, before?: string) => Promise<readonly RunView[]>;

/**
 * Asks for the runs before the last one that is known.
 * @returns what that makes of what is known by then. When the last run is gone, nobody can tell what comes after it or
 * which of those before it are still there, so it begins anew with the newest
 * @throws ApiProblem of any other refusal
 */
export async function askOlder(read: ReadRuns, last: string): Promise<(known: RunPages) => RunPages> {
  try {
    const page = await read(pageSize, last);
    return (known) => (known.runs.at(-1)?.id === last ? withOlder(known, page) : known);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'NOT_FOUND')) throw error;
    const newest = await read(pageSize);
    return () => withNewest(undefined, newest);
  }
}
