// The list of runs as far as it is known: the newest page, asked for again and again, and older ones as somebody wants
// to see them. Pure, so that runs which come and go between two answers are tested without a server.
import type { RunView } from '@loadstar/shared';

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
