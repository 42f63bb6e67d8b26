// The one table of the console: sticky head, sorting by a click on a head, optional last row that stays in view, and
// only the visible rows in the page when there are very many.
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { asBefore, type Cell, nextOrder, type Order, sortRows, visibleRows } from './table-order.js';

export interface Column<Row> {
  id: string;
  label: string;
  value: (row: Row) => Cell;
  /** What is drawn; the value itself when left out. */
  cell?: (row: Row) => ReactNode;
  numeric?: boolean;
  /** Head over neighbouring columns of the same group. */
  group?: string;
  /** Longer explanation, shown on hover. */
  title?: string;
  /** May be long: cut with an ellipsis. */
  wide?: boolean;
  /** Stays in view when the table is scrolled sideways on a small screen. */
  stick?: boolean;
}

interface DataTableProps<Row> {
  caption: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** The same function at every render, as `keep` is: what has not changed is not drawn again. */
  rowKey: (row: Row) => string;
  /** Which rows are shown; left out: all. */
  keep?: ((row: Row) => boolean) | undefined;
  firstOrder?: Order;
  /** Row that is always last, whatever the order. */
  last?: Row | undefined;
  /** Shown when there is no row. */
  none: string;
  testId: string;
}

const rowHeight = 36;
const manyRows = 150;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, rows, columns, rowKey, keep, last, none, testId } = props;
  const [order, setOrder] = useState<Order | undefined>(props.firstOrder);
  const [view, setView] = useState({ top: 0, height: 900 });
  const box = useRef<HTMLDivElement>(null);

  const [memory] = useState(() => new OrderMemory<Row>());
  const value = columns.find((entry) => entry.id === order?.column)?.value;
  const descending = order?.descending === true;
  // Sorted before it is filtered, so that typing in a filter sorts nothing.
  const ordered = useMemo(
    () => (value ? memory.sort(rows, rowKey, value, descending) : rows),
    [memory, rows, rowKey, value, descending],
  );
  const sorted = useMemo(() => (keep ? ordered.filter(keep) : ordered), [ordered, keep]);
  const many = sorted.length > manyRows;
  const shown = many ? visibleRows(sorted.length, rowHeight, view.top, view.height) : { first: 0, end: sorted.length };

  const look = () => {
    const { current } = box;
    if (many && current) setView({ top: current.scrollTop, height: current.clientHeight });
  };
  useLayoutEffect(() => {
    const { current } = box;
    if (!many || !current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setView({ top: current.scrollTop, height: current.clientHeight });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [many]);

  return (
    <div
      className={many ? 'card table-wrap many' : 'card table-wrap'}
      ref={box}
      onScroll={look}
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="data" data-testid={testId} aria-rowcount={sorted.length + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <Head columns={columns} order={order} onOrder={setOrder} />
        <tbody>
          <Spacer rows={shown.first} columns={columns.length} />
          {sorted.slice(shown.first, shown.end).map((row) => (
            <BodyRow key={rowKey(row)} row={row} columns={columns} />
          ))}
          <Spacer rows={sorted.length - shown.end} columns={columns.length} />
          {sorted.length === 0 ? (
            <tr className="none">
              <td colSpan={columns.length}>{none}</td>
            </tr>
          ) : null}
        </tbody>
        {last !== undefined ? (
          <tfoot>
            <BodyRow row={last} columns={columns} />
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}

function classOf<Row>(column: Column<Row>): string | undefined {
  const classes = [column.numeric && 'num', column.wide && 'wide', column.stick && 'stick'].filter(Boolean);
  return classes.length > 0 ? classes.join(' ') : undefined;
}

/** Remembers how a table was sorted last. */
class OrderMemory<Row> {
  private before: ReadonlyMap<string, number> = new Map();

  sort(rows: readonly Row[], rowKey: (row: Row) => string, value: (row: Row) => Cell, descending: boolean): Row[] {
    const sorted = sortRows(asBefore(rows, rowKey, this.before), value, descending);
    this.before = new Map(sorted.map((row, index) => [rowKey(row), index]));
    return sorted;
  }
}

const BodyRow = memo(DrawnRow) as typeof DrawnRow;

function DrawnRow<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return (
    <tr>
      {columns.map((column) => {
        const value = column.value(row);
        const title = column.wide ? String(value ?? '') : undefined;
        return (
          <td key={column.id} className={classOf(column)} title={title} data-column={column.id}>
            {column.cell ? column.cell(row) : value}
          </td>
        );
      })}
    </tr>
  );
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height: rows * rowHeight }} />
    </tr>
  );
}

interface HeadProps<Row> {
  columns: readonly Column<Row>[];
  order: Order | undefined;
  onOrder: (order: Order) => void;
}

function Head<Row>({ columns, order, onOrder }: HeadProps<Row>) {
  const groups = groupHeads(columns);
  return (
    <thead>
      {groups ? (
        <tr className="groups">
          {groups.map(({ key, label, span }) =>
            label === '' ? (
              <td key={key} colSpan={span} />
            ) : (
              <th key={key} colSpan={span} scope="colgroup">
                {label}
              </th>
            ),
          )}
        </tr>
      ) : null}
      <tr>
        {columns.map((column) => {
          const active = order?.column === column.id;
          const sort = active ? (order.descending ? 'descending' : 'ascending') : 'none';
          return (
            <th key={column.id} className={classOf(column)} scope="col" aria-sort={sort} title={column.title}>
              <button type="button" onClick={() => onOrder(nextOrder(order, column.id, column.numeric === true))}>
                {column.label}
                <span className="arrow" aria-hidden="true">
                  {active ? (order.descending ? '↓' : '↑') : ''}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function groupHeads<Row>(columns: readonly Column<Row>[]): { key: string; label: string; span: number }[] | undefined {
  if (!columns.some((column) => column.group !== undefined)) return undefined;
  const heads: { key: string; label: string; span: number }[] = [];
  for (const column of columns) {
    const label = column.group ?? '';
    const open = heads.at(-1);
    if (open && open.label === label) open.span += 1;
    else heads.push({ key: column.id, label, span: 1 });
  }
  return heads;
}
