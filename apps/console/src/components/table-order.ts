// Sorting and filtering of table rows. Pure; the table component only draws what comes out of here.

export type Cell = string | number | null;

export interface Order {
  column: string;
  descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Orders cells; what has no value goes last in either direction. */
export function compareCells(left: Cell, right: Cell, descending: boolean): number {
  const missing = Number(isMissing(left)) - Number(isMissing(right));
  if (missing !== 0) return missing;
  if (isMissing(left) || isMissing(right)) return 0;
  const order =
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : collator.compare(String(left), String(right));
  return descending ? -order : order;
}

/** A sorted copy; equal rows keep their order, so that a table does not dance while numbers come in. */
export function sortRows<Row>(rows: readonly Row[], value: (row: Row) => Cell, descending: boolean): Row[] {
  return rows.toSorted((left, right) => compareCells(value(left), value(right), descending));
}

/**
 * The rows as they stood before, newcomers last: what is nearly in order already is sorted with one comparison a row, and
 * comparing names by the rules of a language is what sorting thousands of them costs.
 */
export function asBefore<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  before: ReadonlyMap<string, number>,
): Row[] {
  const known: Row[] = [];
  const fresh: Row[] = [];
  for (const row of rows) {
    const at = before.get(rowKey(row));
    if (at === undefined || at in known) fresh.push(row);
    else known[at] = row;
  }
  // Holes, of rows that are gone, are left out.
  return [...known.filter(() => true), ...fresh];
}

/** Whether a row holds every word of the filter somewhere in its text; undefined where all do, because there is none. */
export function rowFilter<Row>(text: (row: Row) => string, filter: string): ((row: Row) => boolean) | undefined {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return (row) => {
    const hay = text(row).toLowerCase();
    return words.every((word) => hay.includes(word));
  };
}

/** What a click on a column's head does: numbers start with the largest, words with A; a second click turns round. */
export function nextOrder(order: Order | undefined, column: string, numeric: boolean): Order {
  if (order?.column !== column) return { column, descending: numeric };
  return { column, descending: !order.descending };
}

export interface RowWindow {
  first: number;
  /** One past the last. */
  end: number;
}

/** The rows that a scrolled box shows, with some to spare on both sides. */
export function visibleRows(count: number, rowHeight: number, scrollTop: number, boxHeight: number): RowWindow {
  const spare = 8;
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((scrollTop + boxHeight) / rowHeight) + spare);
  return { first: Math.min(first, count), end: Math.max(end, Math.min(first, count)) };
}

function isMissing(cell: Cell): cell is null {
  return cell === null || (typeof cell === 'number' && Number.isNaN(cell));
}
