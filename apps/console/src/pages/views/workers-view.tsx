import type { WorkerState, WorkerView } from '@loadstar/shared';
import { type Column, DataTable } from '../../components/data-table.js';
import { Empty } from '../../components/notice.js';
import { numbers } from '../../format/numbers.js';
import type { Tone } from '../../live/run-phase.js';
import { useColumns } from './column-chooser.js';

const tones: Record<WorkerState, Tone> = {
  ready: 'neutral',
  preparing: 'busy',
  spawning: 'busy',
  running: 'good',
  stopping: 'warn',
  suspect: 'warn',
  lost: 'bad',
  draining: 'warn',
};

/** Above these a worker disturbs what it measures. */
const highCpuPerEngine = 90;
const highLagMs = 20;

const columns: readonly Column<WorkerView>[] = [
  { id: 'id', label: 'Worker', value: (row) => row.id, cell: (row) => <strong>{row.id}</strong>, stick: true },
  {
    id: 'state',
    label: 'State',
    value: (row) => row.state,
    cell: (row) => (
      <span className={`badge tone-${tones[row.state]}`}>
        <span className="dot" />
        {row.state}
      </span>
    ),
  },
  { id: 'users', label: 'Users', value: (row) => row.users, cell: (row) => numbers.count(row.users), numeric: true },
  { id: 'engines', label: 'Engines', value: (row) => row.engines, numeric: true },
  {
    id: 'cpuPercent',
    label: 'CPU',
    title: 'Percent of one core, worker and engines together',
    value: (row) => row.cpuPercent,
    cell: (row) => <Cpu worker={row} />,
    numeric: true,
  },
  {
    id: 'rssBytes',
    label: 'Memory',
    value: (row) => row.rssBytes,
    cell: (row) => numbers.bytes(row.rssBytes),
    numeric: true,
  },
  {
    id: 'loopLagMs',
    label: 'Loop lag',
    title: 'Worst 99th percentile of event-loop delay among its engines, last second',
    value: (row) => row.loopLagMs,
    cell: (row) => (
      <span className={row.loopLagMs > highLagMs ? 'tone-warn' : ''}>{numbers.milliseconds(row.loopLagMs)}</span>
    ),
    numeric: true,
  },
  {
    id: 'clockOffsetMs',
    label: 'Clock offset',
    title: "Worker's wall clock minus the master's",
    value: (row) => row.clockOffsetMs,
    cell: (row) =>
      `${row.clockOffsetMs > 0 ? '+' : row.clockOffsetMs < 0 ? '−' : ''}${numbers.milliseconds(Math.abs(row.clockOffsetMs))}`,
    numeric: true,
  },
  {
    id: 'roundTripMs',
    label: 'Round trip',
    title: 'From its newest beat to the answer',
    value: (row) => row.roundTripMs,
    cell: (row) => numbers.milliseconds(row.roundTripMs),
    numeric: true,
  },
  {
    id: 'lastSeenMs',
    label: 'Last heard',
    value: (row) => row.lastSeenMs,
    cell: (row) => (row.lastSeenMs < 2000 ? 'now' : `${numbers.milliseconds(row.lastSeenMs)} ago`),
    numeric: true,
  },
  { id: 'version', label: 'Version', value: (row) => row.version, numeric: true },
];

function Cpu({ worker }: { worker: WorkerView }) {
  const full = worker.engines * 100;
  const high = worker.cpuPercent > worker.engines * highCpuPerEngine;
  return (
    <>
      <span className={high ? 'tone-bad' : ''}>{numbers.count(worker.cpuPercent)} %</span>
      <meter
        className="load"
        min={0}
        max={full}
        high={full * 0.9}
        low={full * 0.7}
        optimum={0}
        value={Math.min(worker.cpuPercent, full)}
        aria-label={`CPU of ${worker.id}`}
      />
    </>
  );
}

/** What only a connected worker has. */
const nowOnly: readonly string[] = ['state', 'clockOffsetMs', 'roundTripMs', 'lastSeenMs'];
const pastColumns = columns.filter((column) => !nowOnly.includes(column.id));

const incarnationOf = (row: WorkerView) => row.incarnation;

interface WorkersViewProps {
  workers: readonly WorkerView[];
  /** Whether these are the last words of the workers of a run that is over. */
  past: boolean;
}

export function WorkersView({ workers, past }: WorkersViewProps) {
  const { shown, chooser } = useColumns('workers', past ? pastColumns : columns);
  if (workers.length === 0) {
    return (
      <Empty icon="workers" title="No worker is connected">
        Workers make the load. Start one with the address of this master and its join token; it appears here within a
        second.
      </Empty>
    );
  }
  return (
    <>
      <div className="toolbar">
        <span className="faint">{past ? 'What each worker said last' : ''}</span>
        {chooser}
      </div>
      <DataTable
        caption="Workers"
        rows={workers}
        columns={shown}
        rowKey={incarnationOf}
        firstOrder={{ column: 'id', descending: false }}
        none=""
        testId="workers"
      />
    </>
  );
}
