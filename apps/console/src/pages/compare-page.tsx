// Runs beside each other: the verdict on whether they differ by more than chance, then every number as it is, in which
// nothing is coloured good or bad.
import { useMemo } from 'react';
import type { StatsRow } from '@loadstar/shared';
import { ChartCard } from '../charts/chart-card.js';
import type { ChartLine } from '../charts/chart-options.js';
import { type Column, DataTable } from '../components/data-table.js';
import { nameColumn } from '../components/name-column.js';
import { ProblemNotice } from '../components/notice.js';
import { RunBadge } from '../components/status-badge.js';
import { clockText, momentText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import { hashOf } from '../route.js';
import { changeOf, type ComparedRow, joinRows, sideBySide } from '../runs/compare.js';
import { useDetail } from '../runs/use-detail.js';
import { useRuns } from '../runs/use-run.js';
import { VerdictSection } from './compare/verdict-section.js';
import { Stretch, useChartWindow } from './views/charts-view.js';

const tones = ['one', 'two', 'three', 'users', 'quiet'] as const;
const letterOf = (index: number) => String.fromCharCode(65 + index);

export function ComparePage({ ids }: { ids: readonly string[] }) {
  const { snapshots, problem } = useRuns(ids.join(' '));
  if (problem) return <ProblemNotice problem={problem} />;
  if (!snapshots) {
    return (
      <p className="soft" role="status">
        Reading the runs…
      </p>
    );
  }
  return <Comparison ids={ids} runs={snapshots} />;
}

function Comparison({ ids, runs }: { ids: readonly string[]; runs: readonly LiveSnapshot[] }) {
  const { window, setWindow, onZoom, onUnzoom } = useChartWindow({ kind: 'follow', seconds: null });
  const version = useDetail(runs, window);
  // The same stores as before may hold finer points now, which the version says.
  const series = useMemo(() => sideBySide(runs.map((run) => run.series)), [runs, version]);
  const rows = useMemo(() => joinRows(runs.map(({ stats }) => stats?.rows ?? [])), [runs]);
  const total = joinRows(runs.map(({ stats }) => (stats ? [stats.total] : [])))[0];
  const lines = useMemo(() => chartLines(runs.length), [runs.length]);
  const columns = useMemo(() => columnsFor(runs.length), [runs.length]);
  const shared = { series, version, window, onZoom, onUnzoom, marks: noMarks, still: true };
  return (
    <>
      <h1>{runs.length === 2 ? 'Two' : runs.length} runs compared</h1>
      <div className="sides">
        {runs.map((live, index) => (
          <Side key={live.run?.id ?? index} index={index} live={live} />
        ))}
      </div>
      <VerdictSection ids={ids} ended={!runs.some(({ run }) => isActive(run?.state))} letterOf={letterOf} />
      <Stretch window={window} onWindow={setWindow} />
      <div className="charts">
        <ChartCard
          {...shared}
          title="Requests per second"
          lines={lines.requests}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="compare-rate"
        />
        <ChartCard
          {...shared}
          title="95 % answered within"
          lines={lines.p95Ms}
          axisValue={numbers.milliseconds}
          legendValue={numbers.milliseconds}
          leastTop={10}
          testId="compare-time"
        />
        <ChartCard
          {...shared}
          title="Users"
          lines={lines.users}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="compare-users"
        />
      </div>
      <DataTable
        caption="All runs by request name"
        rows={rows}
        columns={columns}
        rowKey={keyOf}
        firstOrder={{ column: 'name', descending: false }}
        last={total}
        none="None of the runs has made a request."
        testId="comparison"
      />
    </>
  );
}

const noMarks: readonly never[] = [];
const keyOf = (row: ComparedRow) => `${row.method} ${row.name}`;

function chartLines(count: number) {
  const of = (column: string): ChartLine[] =>
    tones.slice(0, count).map((tone, index) => ({ name: `${index}.${column}`, label: letterOf(index), tone }));
  return { requests: of('requests'), p95Ms: of('p95Ms'), users: of('users') };
}

function Side({ index, live: { run, stats } }: { index: number; live: LiveSnapshot }) {
  if (!run) return null;
  return (
    <section className="card side">
      <h2>
        <span className={`key ${tones[index]}`} /> {letterOf(index)}{' '}
        <a href={hashOf({ page: 'run', id: run.id, view: 'charts' })}>{run.scenario}</a> <RunBadge run={run} />
      </h2>
      <p className="soft number">
        {momentText(run.startedAt ?? run.createdAt)} · {clockText(stats?.elapsedSeconds ?? 0)} ·{' '}
        {run.users === null
          ? run.shape
            ? `shape ${run.shape}`
            : 'as the file plans'
          : `${numbers.count(run.users)} users`}
      </p>
      <p className="faint">{[run.host, ...(run.tags ?? [])].join(' · ')}</p>
    </section>
  );
}

type Pick = (row: StatsRow) => number;
type IsKnown = (row: StatsRow) => boolean;

/** One number of every run, and how it has changed from the first: in a column of its own where there are two. */
function numberOf(
  count: number,
  id: string,
  group: string,
  pick: Pick,
  text: (value: number) => string,
  isKnown: IsKnown,
): Column<ComparedRow>[] {
  const valueOf = (row: ComparedRow, index: number) => {
    const of = row.of[index];
    return of && isKnown(of) ? pick(of) : null;
  };
  const changeIn = (row: ComparedRow, index: number) => changeOf(valueOf(row, 0), valueOf(row, index));
  const columns = Array.from({ length: count }, (_, index): Column<ComparedRow> => ({
    id: `${id}-${letterOf(index)}`,
    label: letterOf(index),
    group,
    value: (row) => valueOf(row, index),
    cell: (row) => {
      const value = valueOf(row, index);
      const change = count > 2 && index > 0 ? changeIn(row, index) : null;
      return (
        <>
          {value === null ? noValue : text(value)}
          {change === null ? null : <span className="faint change"> {changeText(change)}</span>}
        </>
      );
    },
    numeric: true,
  }));
  if (count > 2) return columns;
  const change: Column<ComparedRow> = {
    id: `${id}-change`,
    label: 'Change',
    group,
    value: (row) => changeIn(row, 1),
    cell: (row) => changeText(changeIn(row, 1)),
    numeric: true,
  };
  return [...columns, change];
}

function changeText(share: number | null): string {
  if (share === null) return noValue;
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${numbers.percent(Math.abs(share))}`;
}

const always = () => true;
const answered = (row: StatsRow) => row.requests > 0;

function columnsFor(count: number): readonly Column<ComparedRow>[] {
  const of = (id: string, group: string, pick: Pick, text: (value: number) => string, isKnown: IsKnown) =>
    numberOf(count, id, group, pick, text, isKnown);
  return [
    nameColumn,
    ...of('requests', 'Requests', (row) => row.requests, numbers.count, always),
    ...of('failed', 'Failed', (row) => row.failures / row.requests, numbers.percent, answered),
    ...of('p50', 'Median', (row) => row.p50Ms, numbers.milliseconds, answered),
    ...of('p95', '95 %', (row) => row.p95Ms, numbers.milliseconds, answered),
    ...of('p99', '99 %', (row) => row.p99Ms, numbers.milliseconds, answered),
  ];
}
