import { useCallback, useMemo, useState } from 'react';
import { api } from '../api/client.js';
import type { Run, RunTotals } from '../api/extras.js';
import { useAnswer } from '../api/use-answer.js';
import { type Column, DataTable } from '../components/data-table.js';
import { Icon } from '../components/icons.js';
import { Empty, ProblemNotice } from '../components/notice.js';
import { RunBadge } from '../components/status-badge.js';
import { clockText, momentText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import { isActive } from '../live/run-phase.js';
import { hashOf, replaceWith } from '../route.js';
import { durationOf, searchRuns } from '../runs/run-search.js';
import { useTotals } from '../runs/use-totals.js';
import { QueueList } from './runs/queue-list.js';
import { ScheduleList } from './runs/schedule-list.js';
import { useColumns } from './views/column-chooser.js';
import { FilterBox } from './views/filter-box.js';

interface ListedRun extends Run {
  total: RunTotals | undefined;
  durationSeconds: number | null;
}

const lookAgainMs = 5000;
const readRuns = () => api.runs();

interface RunsPageProps {
  search: string;
  /** Id of the run that the live page shows. */
  liveId: string | undefined;
}

/** All runs that the master knows: found by words, opened with a click, compared two at a time. */
export function RunsPage({ search, liveId }: RunsPageProps) {
  const { value, problem } = useAnswer(readRuns, lookAgainMs);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = useCallback(
    (id: string) =>
      // A third choice replaces the older of the two.
      setChosen((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before, id].slice(-2))),
    [],
  );
  const found = useMemo(() => searchRuns(value ?? [], search), [value, search]);
  const totals = useTotals(found);
  const rows = found.map((run) => listed(run, totals));
  const columns = useMemo(() => columnsFor(chosen, toggle, value ?? [], liveId), [chosen, toggle, value, liveId]);
  const { shown, chooser } = useColumns('runs', columns, ['seed']);
  const [left, right] = chosen;

  if (!value) return problem ? <ProblemNotice problem={problem} /> : null;
  if (value.length === 0) {
    return (
      <>
        <h1 className="visually-hidden">Runs</h1>
        <ScheduleList />
        <Empty
          icon="list"
          title="No test has run yet"
          action={
            <a className="button primary" href={hashOf({ page: 'new' })}>
              <Icon name="plus" /> New test
            </a>
          }
        >
          Every test is listed here with its verdict and numbers, to be looked at again, repeated or compared.
        </Empty>
      </>
    );
  }
  return (
    <>
      <h1>Runs</h1>
      <QueueList />
      <ScheduleList />
      <div className="toolbar">
        <FilterBox
          value={search}
          onValue={(text) => replaceWith({ page: 'runs', search: text })}
          label="Search runs, or verdict:failed"
        />
        <div className="row">
          <span className="faint" role="status">
            {left && right ? '' : left ? 'Choose one more to compare' : 'Choose two to compare'}
          </span>
          {left && right ? (
            <a className="button primary" href={hashOf({ page: 'compare', left, right })} data-testid="compare">
              <Icon name="compare" /> Compare
            </a>
          ) : null}
          {chooser}
        </div>
      </div>
      <DataTable
        caption="Runs"
        rows={rows}
        columns={shown}
        rowKey={(run) => run.id}
        firstOrder={{ column: 'started', descending: true }}
        none="No run matches the search."
        testId="runs"
      />
    </>
  );
}

function listed(run: Run, totals: ReadonlyMap<string, RunTotals>): ListedRun {
  return { ...run, total: run.totals ?? totals.get(run.id), durationSeconds: durationOf(run, Date.now()) };
}

function columnsFor(
  chosen: readonly string[],
  toggle: (id: string) => void,
  runs: readonly Run[],
  liveId: string | undefined,
): readonly Column<ListedRun>[] {
  const count = (id: keyof RunTotals, label: string, cell: (total: RunTotals) => string): Column<ListedRun> => ({
    id,
    label,
    value: ({ total }) => total?.[id] ?? null,
    cell: ({ total }) => (total ? cell(total) : noValue),
    numeric: true,
  });
  const all: (Column<ListedRun> | false)[] = [
    {
      id: 'scenario',
      label: 'Run',
      value: (run) => run.scenario,
      cell: (run) => <RunCell run={run} isLive={run.id === liveId} chosen={chosen.includes(run.id)} toggle={toggle} />,
      stick: true,
    },
    {
      id: 'verdict',
      label: 'Verdict',
      value: (run) => run.verdict ?? run.state,
      cell: (run) => <RunBadge run={run} />,
    },
    {
      id: 'started',
      label: 'Started',
      value: (run) => Date.parse(run.startedAt ?? run.createdAt),
      cell: (run) => momentText(run.startedAt ?? run.createdAt),
      numeric: true,
    },
    {
      id: 'duration',
      label: 'Duration',
      value: (run) => run.durationSeconds,
      cell: (run) => (run.durationSeconds === null ? noValue : clockText(run.durationSeconds)),
      numeric: true,
    },
    {
      id: 'users',
      label: 'Users',
      value: (run) => run.users,
      cell: (run) => (run.users === null ? (run.shape ?? noValue) : numbers.count(run.users)),
      numeric: true,
    },
    count('requests', 'Requests', (total) => numbers.count(total.requests)),
    count('failures', 'Failures', (total) => numbers.count(total.failures)),
    count('p95Ms', '95 %', (total) => (total.requests > 0 ? numbers.milliseconds(total.p95Ms) : noValue)),
    { id: 'host', label: 'Host', value: (run) => run.host, wide: true },
    { id: 'seed', label: 'Seed', value: (run) => run.seed, cell: (run) => <span className="mono">{run.seed}</span> },
    runs.some((run) => run.queue) && { id: 'owner', label: 'Owner', value: (run) => run.queue?.owner ?? null },
    runs.some((run) => run.tags?.length) && {
      id: 'tags',
      label: 'Tags',
      value: (run) => run.tags?.join(', ') ?? null,
    },
    runs.some((run) => run.notes) && { id: 'notes', label: 'Notes', value: (run) => run.notes ?? null, wide: true },
  ];
  return all.filter((column) => column !== false);
}

interface RunCellProps {
  run: Run;
  isLive: boolean;
  chosen: boolean;
  toggle: (id: string) => void;
}

function RunCell({ run, isLive, chosen, toggle }: RunCellProps) {
  const name = `${run.scenario} of ${momentText(run.startedAt ?? run.createdAt)}`;
  const view = 'charts';
  return (
    <span className="row run-cell">
      <input
        type="checkbox"
        aria-label={`Compare ${name}`}
        checked={chosen}
        onChange={() => toggle(run.id)}
        data-testid={`choose-${run.id}`}
      />
      <a
        href={hashOf(isLive && isActive(run.state) ? { page: 'live', view } : { page: 'run', id: run.id, view })}
        data-testid={`open-${run.id}`}
      >
        {run.scenario}
      </a>
    </span>
  );
}
