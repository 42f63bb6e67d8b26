/** Tables on a terminal: cli-table3 without lines between rows, columns given up from the least important when it is narrow. */
import Table from 'cli-table3';
import type { Colours } from './colours.js';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => string;
  align?: 'left' | 'right';
  /** Given up first when the terminal is narrow: the higher the earlier; 0 stays. */
  rank?: number;
  paint?: (text: string, row: Row) => string;
}

const gap = 2;

/** @param flexible how the first column is made of a row and a number of columns it may take */
export function renderTable<Row>(
  rows: readonly Row[],
  first: { head: string; cell: (row: Row, width: number) => string; least: number },
  columns: readonly Column<Row>[],
  { width, colours }: { width: number; colours: Colours },
): string {
  const cells = columns.map((column) => rows.map((row) => column.cell(row)));
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...(cells[index] ?? []).map(({ length }) => length)),
  );
  const kept = new Set(columns.keys());
  const taken = (): number => [...kept].reduce((sum, index) => sum + (widths[index] ?? 0) + gap, 0);
  const droppable = [...columns.keys()]
    .filter((index) => (columns[index]?.rank ?? 0) > 0)
    .sort((a, b) => (columns[b]?.rank ?? 0) - (columns[a]?.rank ?? 0));
  for (const index of droppable) {
    if (taken() + first.least <= width) break;
    kept.delete(index);
  }
  const firstWidth = Math.max(first.least, width - taken());
  const shown = [...kept].sort((a, b) => a - b);
  const table = new Table({
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colAligns: ['left', ...shown.map((index) => columns[index]?.align ?? 'right')],
    head: [first.head, ...shown.map((index) => columns[index]?.head ?? '')].map((head) => colours.dim(head)),
  });
  rows.forEach((row, at) => {
    table.push([
      first.cell(row, firstWidth),
      ...shown.map((index) => {
        const text = cells[index]?.[at] ?? '';
        return columns[index]?.paint?.(text, row) ?? text;
      }),
    ]);
  });
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
