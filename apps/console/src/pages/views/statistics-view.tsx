import type { StatsRow, StatsView } from '@loadstar/shared';
import { useDeferredValue, useMemo, useState } from 'react';
import { type Column, DataTable } from '../../components/data-table.js';
import { nameColumn } from '../../components/name-column.js';
import { Empty } from '../../components/notice.js';
import { rowFilter } from '../../components/table-order.js';
import { noValue, numbers } from '../../format/numbers.js';
import { useColumns } from './column-chooser.js';
import { FilterBox } from './filter-box.js';

type TimeKey =
  'averageMs' | 'minMs' | 'maxMs' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'serviceP50Ms' | 'serviceP95Ms' | 'serviceP99Ms';

/** Times are unknown, not zero, while a row has no request. */
function time(id: TimeKey, label: string, group: string): Column<StatsRow> {
  const value = (row: StatsRow) => (row.requests > 0 ? row[id] : null);
  const cell = (row: StatsRow) => (row.requests > 0 ? numbers.tableMilliseconds(row[id]) : noValue);
  return { id, label, group, value, cell, numeric: true };
}

const response = 'Response time, ms';
const service = 'Service time, ms';
const failShare = (row: StatsRow) => (row.requests > 0 ? row.failures / row.requests : 0);

const columns: readonly Column<StatsRow>[] = [
  nameColumn,
  {
    id: 'requests',
    label: 'Requests',
    value: (row) => row.requests,
    cell: (row) => numbers.count(row.requests),
    numeric: true,
  },
  {
    id: 'failures',
    label: 'Failures',
    value: (row) => row.failures,
    cell: (row) => (
      <span className={row.failures > 0 ? 'tone-bad' : ''}>
        {numbers.count(row.failures)}
        {row.failures > 0 ? ` (${numbers.percent(failShare(row))})` : ''}
      </span>
    ),
    numeric: true,
  },
  {
    id: 'currentRps',
    label: 'Req/s',
    title: 'Requests per second over the last ten seconds',
    value: (row) => row.currentRps,
    cell: (row) => numbers.rate(row.currentRps),
    numeric: true,
  },
  {
    id: 'currentFailuresPerSecond',
    label: 'Fail/s',
    title: 'Failures per second over the last ten seconds',
    value: (row) => row.currentFailuresPerSecond,
    cell: (row) => numbers.rate(row.currentFailuresPerSecond),
    numeric: true,
  },
  time('p50Ms', 'Median', response),
  time('p95Ms', '95 %', response),
  time('p99Ms', '99 %', response),
  time('averageMs', 'Average', response),
  time('minMs', 'Min', response),
  time('maxMs', 'Max', response),
  time('serviceP50Ms', 'Median', service),
  time('serviceP95Ms', '95 %', service),
  time('serviceP99Ms', '99 %', service),
  {
    id: 'averageBytes',
    label: 'Size',
    title: 'Mean size of response bodies',
    value: (row) => row.averageBytes,
    cell: (row) => numbers.bytes(row.averageBytes),
    numeric: true,
  },
];

const textOf = ({ method, name }: StatsRow) => `${method} ${name}`;
const byName = { column: 'name', descending: false };

export function StatisticsView({ stats }: { stats: StatsView | null }) {
  const [filter, setFilter] = useState('');
  const { shown, chooser } = useColumns('statistics', columns);
  // The box follows the typing at once, the table when there is time for it.
  const wanted = useDeferredValue(filter);
  const keep = useMemo(() => rowFilter(textOf, wanted), [wanted]);
  const found = useMemo(() => (keep ? stats?.rows.filter(keep) : stats?.rows)?.length ?? 0, [stats, keep]);
  if (!stats || stats.rows.length === 0) {
    return (
      <Empty icon="list" title="No request has been answered yet">
        As soon as virtual users get their first answers, every request name has a row here with its counts and times.
      </Empty>
    );
  }
  return (
    <>
      <div className="toolbar">
        <FilterBox value={filter} onValue={setFilter} label="Filter by method or name" />
        <div className="row">
          <span className="faint" title="Response time begins when the request was due, service time when it was sent">
            {numbers.count(found)} of {numbers.count(stats.rows.length)} names
          </span>
          {chooser}
        </div>
      </div>
      <DataTable
        caption="Statistics by request name"
        rows={stats.rows}
        keep={keep}
        columns={shown}
        rowKey={textOf}
        firstOrder={byName}
        last={keep === undefined ? stats.total : undefined}
        none="No name matches the filter."
        testId="statistics"
      />
    </>
  );
}
