import type { Column } from './data-table.js';

/** The first column of every table with a row a request: method and name, in view however far the table is scrolled. */
export const nameColumn: Column<{ readonly method: string; readonly name: string }> = {
  id: 'name',
  label: 'Name',
  value: (row) => row.name,
  cell: (row) => (
    <>
      {row.method ? <span className="method">{row.method} </span> : null}
      {row.name}
    </>
  ),
  stick: true,
  wide: true,
};
