import type { FailureRow, StatsView } from '@loadstar/shared';
import { useDeferredValue, useMemo, useState } from 'react';
import { type Column, DataTable } from '../../components/data-table.js';
import { Empty } from '../../components/notice.js';
import { rowFilter } from '../../components/table-order.js';
import { momentText } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';
import { FilterBox } from './filter-box.js';

const columns: readonly Column<FailureRow>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <>
        <span className="method">{row.method}</span> {row.name}
      </>
    ),
    wide: true,
    stick: true,
  },
  {
    id: 'error',
    label: 'Error',
    value: (row) => row.error,
    cell: (row) => <span className="mono">{row.error}</span>,
    wide: true,
  },
  {
    id: 'occurrences',
    label: 'Count',
    value: (row) => row.occurrences,
    cell: (row) => numbers.count(row.occurrences),
    numeric: true,
  },
  {
    id: 'firstSeen',
    label: 'First seen',
    value: (row) => row.firstSeen,
    cell: (row) => momentText(row.firstSeen),
    numeric: true,
  },
  {
    id: 'lastSeen',
    label: 'Last seen',
    value: (row) => row.lastSeen,
    cell: (row) => momentText(row.lastSeen),
    numeric: true,
  },
];

const textOf = ({ method, name, error }: FailureRow) => `${method} ${name} ${error}`;

export function FailuresView({ stats }: { stats: StatsView | null }) {
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter);
  const keep = useMemo(() => rowFilter(textOf, wanted), [wanted]);
  if (!stats || stats.failures.length === 0) {
    return (
      <Empty icon="check" title="No failures">
        A request fails when its answer is not expected, a check on it does not hold, or no answer comes. Failures are
        grouped here by name and cause.
      </Empty>
    );
  }
  return (
    <>
      <div className="toolbar">
        <FilterBox value={filter} onValue={setFilter} label="Filter by name or error" />
        <span className="faint">{numbers.count(stats.total.failures)} failures in total</span>
      </div>
      <DataTable
        caption="Failures by name and cause"
        rows={stats.failures}
        keep={keep}
        columns={columns}
        rowKey={textOf}
        firstOrder={{ column: 'occurrences', descending: true }}
        none="No failure matches the filter."
        testId="failures"
      />
    </>
  );
}
