// Several runs beside each other: their columns on one axis of seconds, and their numbers by name.
import type { StatsRow } from '@loadstar/shared';
import type { ChartSource, Column } from '../charts/chart-source.js';

/** More lines in one chart cannot be told apart. */
export const mostCompared = 5;

/** The series of all from their own start on; columns are called `0.requests`, `1.requests` and so on. */
export function sideBySide(sources: readonly ChartSource[]): ChartSource {
  const seconds = [...new Set(sources.flatMap((source) => source.seconds))].toSorted((a, b) => a - b);
  const cache = new Map<string, Column>();
  return {
    seconds,
    column: (name) => {
      const [at = '', of = ''] = name.split('.', 2);
      const values = cache.get(name) ?? spread(sources[Number(at)], of, seconds);
      cache.set(name, values);
      return values;
    },
  };
}

/** A column at other seconds than its own: each of its values holds for all the seconds that it stands for. */
function spread(source: ChartSource | undefined, name: string, seconds: readonly number[]): Column {
  if (!source) return seconds.map(() => null);
  const column = source.column(name);
  let index = 0;
  return seconds.map((second) => {
    while ((source.seconds[index + 1] ?? Infinity) <= second) index += 1;
    const begin = source.seconds[index] ?? Infinity;
    const isIn = second >= begin && second < begin + (source.spans?.[index] ?? 1);
    return isIn ? (column[index] ?? null) : null;
  });
}

export interface ComparedRow {
  method: string;
  name: string;
  /** In the order of the runs; undefined where one has no such name. */
  of: readonly (StatsRow | undefined)[];
}

/** Every name that any run has, once, in the order in which they are met. */
export function joinRows(runs: readonly (readonly StatsRow[])[]): ComparedRow[] {
  const keyOf = (row: StatsRow) => `${row.method} ${row.name}`;
  const byKey = runs.map((rows) => new Map(rows.map((row) => [keyOf(row), row])));
  const seen = new Map(runs.flat().map((row) => [keyOf(row), row]));
  return [...seen].map(([key, { method, name }]) => ({ method, name, of: byKey.map((rows) => rows.get(key)) }));
}

/** Change from the first to another as a share of the first; null where one is missing or the first is nothing. */
export function changeOf(first: number | null | undefined, other: number | null | undefined): number | null {
  if (first === null || first === undefined || other === null || other === undefined || first === 0) return null;
  return (other - first) / first;
}
