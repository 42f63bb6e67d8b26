// How often each task was begun, among its siblings, as it was counted.
import type { TaskDescription, TaskRow } from '@loadstar/shared';

export interface RealShares {
  /** Starts of a task by its path within the class; 0 where there were none. */
  started: (path: readonly string[]) => number;
  /** Share of a task among its siblings, 0..1; null while none of them was begun. */
  share: (path: readonly string[], siblings: readonly TaskDescription[]) => number | null;
}

/** @returns undefined where nothing was counted */
export function realShares(rows: readonly TaskRow[] = [], userClass: string): RealShares | undefined {
  const counts = new Map(
    rows.filter((row) => row.userClass === userClass).map(({ path, started }) => [keyOf(path), started]),
  );
  if (counts.size === 0) return undefined;
  const started = (path: readonly string[]) => counts.get(keyOf(path)) ?? 0;
  return {
    started,
    share: (path, siblings) => {
      const parent = path.slice(0, -1);
      const all = siblings.reduce((sum, { name }) => sum + started([...parent, name]), 0);
      return all > 0 ? started(path) / all : null;
    },
  };
}

const keyOf = (path: readonly string[]) => path.join('\n');
