// Two runs beside each other: their columns on one axis of seconds, and their numbers by name.
import type { StatsRow } from '@loadstar/shared';
import type { ChartSource, Column } from '../charts/chart-source.js';

/** Both series from their own start on; columns are called `left.requests`, `right.requests` and so on. */
export function sideBySide(left: ChartSource, right: ChartSource): ChartSource {
  const last = Math.max(left.seconds.at(-1) ?? -1, right.seconds.at(-1) ?? -1);
  const first = Math.min(left.seconds[0] ?? 0, right.seconds[0] ?? 0);
  const seconds = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  const cache = new Map<string, Column>();
  return {
    seconds,
    column: (name) => {
      const [side = '', of = ''] = name.split('.', 2);
      const source = side === 'left' ? left : right;
      const offset = (source.seconds[0] ?? 0) - first;
      const values = cache.get(name) ?? seconds.map((_, index) => source.column(of)[index - offset] ?? null);
      cache.set(name, values);
      return values;
    },
  };
}

export interface ComparedRow {
  method: string;
  name: string;
  left: StatsRow | undefined;
  right: StatsRow | undefined;
}

/** Every name that either run has, once. */
export function pairRows(left: readonly StatsRow[], right: readonly StatsRow[]): ComparedRow[] {
  const keyOf = (row: StatsRow) => `${row.method} ${row.name}`;
  const others = new Map(right.map((row) => [keyOf(row), row]));
  const pairs: ComparedRow[] = left.map((row) => ({
    method: row.method,
    name: row.name,
    left: row,
    right: others.get(keyOf(row)),
  }));
  const known = new Set(left.map(keyOf));
  for (const row of right) {
    if (!known.has(keyOf(row))) pairs.push({ method: row.method, name: row.name, left: undefined, right: row });
  }
  return pairs;
}

/** Change from left to right as a share of left; null where one is missing or left is nothing. */
export function changeOf(left: number | null | undefined, right: number | null | undefined): number | null {
  if (left === null || left === undefined || right === null || right === undefined || left === 0) return null;
  return (right - left) / left;
}
