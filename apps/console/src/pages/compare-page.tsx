// Two runs beside each other. Differences are shown as they are; whether one is more than chance is for a verdict that
// knows the spread, so nothing here is coloured good or bad.
import { useMemo } from 'react';
import type { StatsRow } from '@loadstar/shared';
import type { ConsoleConfig } from '../api/client.js';
import { ChartCard } from '../charts/chart-card.js';
import type { ChartLine } from '../charts/chart-options.js';
import { type Column, DataTable } from '../components/data-table.js';
import { ProblemNotice } from '../components/notice.js';
import { RunBadge } from '../components/status-badge.js';
import { clockText, momentText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { hashOf } from '../route.js';
import { changeOf, type ComparedRow, pairRows, sideBySide } from '../runs/compare.js';
import { useRun } from '../runs/use-run.js';
import { Stretch, useChartWindow } from './views/charts-view.js';

const rateLines: readonly ChartLine[] = [
  { name: 'left.requests', label: 'A', tone: 'one' },
  { name: 'right.requests', label: 'B', tone: 'two' },
];
const timeLines: readonly ChartLine[] = [
  { name: 'left.p95Ms', label: 'A', tone: 'one' },
  { name: 'right.p95Ms', label: 'B', tone: 'two' },
];
const userLines: readonly ChartLine[] = [
  { name: 'left.users', label: 'A', tone: 'one' },
  { name: 'right.users', label: 'B', tone: 'two' },
];

interface ComparePageProps {
  left: string;
  right: string;
  config: ConsoleConfig;
}

export function ComparePage({ left, right, config }: ComparePageProps) {
  const first = useRun(left, config);
  const second = useRun(right, config);
  const problem = first.problem ?? second.problem;
  if (problem) return <ProblemNotice problem={problem} />;
  if (!first.snapshot || !second.snapshot) {
    return (
      <p className="soft" role="status">
        Reading both runs…
      </p>
    );
  }
  return <Comparison left={first.snapshot} right={second.snapshot} />;
}

function Comparison({ left, right }: { left: LiveSnapshot; right: LiveSnapshot }) {
  const { window, setWindow, onZoom, onUnzoom } = useChartWindow({ kind: 'follow', seconds: null });
  const series = useMemo(() => sideBySide(left.series, right.series), [left, right]);
  const rows = useMemo(() => pairRows(left.stats?.rows ?? [], right.stats?.rows ?? []), [left, right]);
  const total = pairRows(left.stats ? [left.stats.total] : [], right.stats ? [right.stats.total] : [])[0];
  const shared = { series, version: 0, window, onZoom, onUnzoom, marks: noMarks, still: true };
  return (
    <>
      <h1>Two runs compared</h1>
      <div className="sides">
        <Side letter="A" tone="one" live={left} />
        <Side letter="B" tone="two" live={right} />
      </div>
      <Stretch window={window} onWindow={setWindow} />
      <div className="charts">
        <ChartCard
          {...shared}
          title="Requests per second"
          lines={rateLines}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="compare-rate"
        />
        <ChartCard
          {...shared}
          title="95 % answered within"
          lines={timeLines}
          axisValue={numbers.milliseconds}
          legendValue={numbers.milliseconds}
          leastTop={10}
          testId="compare-time"
        />
        <ChartCard
          {...shared}
          title="Users"
          lines={userLines}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="compare-users"
        />
      </div>
      <DataTable
        caption="Both runs by request name"
        rows={rows}
        columns={columns}
        rowKey={(row) => `${row.method} ${row.name}`}
        firstOrder={{ column: 'name', descending: false }}
        last={total}
        none="Neither run has made a request."
        testId="comparison"
      />
    </>
  );
}

const noMarks: readonly never[] = [];

function Side({ letter, tone, live: { run, stats } }: { letter: string; tone: string; live: LiveSnapshot }) {
  if (!run) return null;
  return (
    <section className="card side">
      <h2>
        <span className={`key ${tone}`} /> {letter}{' '}
        <a href={hashOf({ page: 'run', id: run.id, view: 'charts' })}>{run.scenario}</a> <RunBadge run={run} />
      </h2>
      <p className="soft number">
        {momentText(run.startedAt ?? run.createdAt)} · {clockText(stats?.elapsedSeconds ?? 0)} ·{' '}
        {run.users === null ? `shape ${run.shape}` : `${numbers.count(run.users)} users`}
      </p>
      <p className="faint">{run.host}</p>
    </section>
  );
}

type Pick = (row: StatsRow) => number;

function threefold(
  id: string,
  group: string,
  pick: Pick,
  text: (value: number) => string,
  isKnown: (row: StatsRow) => boolean,
): Column<ComparedRow>[] {
  const valueOf = (row: StatsRow | undefined) => (row && isKnown(row) ? pick(row) : null);
  const side = (name: 'left' | 'right', label: string): Column<ComparedRow> => ({
    id: `${id}-${name}`,
    label,
    group,
    value: (row) => valueOf(row[name]),
    cell: (row) => {
      const value = valueOf(row[name]);
      return value === null ? noValue : text(value);
    },
    numeric: true,
  });
  const change = (row: ComparedRow) => changeOf(valueOf(row.left), valueOf(row.right));
  return [
    side('left', 'A'),
    side('right', 'B'),
    {
      id: `${id}-change`,
      label: 'Change',
      group,
      value: change,
      cell: (row) => {
        const share = change(row);
        if (share === null) return noValue;
        return `${share > 0 ? '+' : share < 0 ? '−' : ''}${numbers.percent(Math.abs(share))}`;
      },
      numeric: true,
    },
  ];
}

const always = () => true;
const answered = (row: StatsRow) => row.requests > 0;
const columns: readonly Column<ComparedRow>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <>
        {row.method ? <span className="method">{row.method} </span> : null}
        {row.name}
      </>
    ),
    wide: true,
    stick: true,
  },
  ...threefold('requests', 'Requests', (row) => row.requests, numbers.count, always),
  ...threefold('failed', 'Failed', (row) => row.failures / row.requests, numbers.percent, answered),
  ...threefold('p50', 'Median', (row) => row.p50Ms, numbers.milliseconds, answered),
  ...threefold('p95', '95 %', (row) => row.p95Ms, numbers.milliseconds, answered),
  ...threefold('p99', '99 %', (row) => row.p99Ms, numbers.milliseconds, answered),
];
