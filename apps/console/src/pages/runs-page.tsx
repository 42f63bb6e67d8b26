import type { RunTotals, RunView } from '@loadstar/shared';
import { useCallback, useMemo, useState } from 'react';
import { type Column, DataTable } from '../components/data-table.js';
import { Dialog } from '../components/dialog.js';
import { DownloadList } from '../components/download-list.js';
import { Icon } from '../components/icons.js';
import { Empty, ProblemNotice } from '../components/notice.js';
import { RunBadge } from '../components/status-badge.js';
import { clockText, momentText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import { hashOf, replaceWith } from '../route.js';
import { mostCompared } from '../runs/compare.js';
import { durationOf, searchRuns } from '../runs/run-search.js';
import { useRunList } from '../runs/use-run-list.js';
import { QueueList } from './runs/queue-list.js';
import { ScheduleList } from './runs/schedule-list.js';
import { useColumns } from './views/column-chooser.js';
import { FilterBox } from './views/filter-box.js';

interface ListedRun extends RunView {
  durationSeconds: number | null;
}

const idOf = (run: ListedRun) => run.id;

interface RunsPageProps {
  search: string;
  live: LiveSnapshot;
}

/** All runs that the master knows: found by words, opened with a click, compared side by side. */
export function RunsPage({ search, live }: RunsPageProps) {
  const liveId = live.run?.id;
  const { pages, problem, more } = useRunList();
  const value = pages?.runs;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [fetched, setFetched] = useState<RunView>();
  const toggle = useCallback(
    (id: string) =>
      // One choice too many replaces the oldest.
      setChosen((before) =>
        before.includes(id) ? before.filter((other) => other !== id) : [...before, id].slice(-mostCompared),
      ),
    [],
  );
  const found = useMemo(() => searchRuns(value ?? [], search), [value, search]);
  const rows = useMemo(() => found.map(listed), [found]);
  const columns = useMemo(
    () => columnsFor(chosen, toggle, value ?? [], liveId, setFetched),
    [chosen, toggle, value, liveId],
  );
  const { shown, chooser } = useColumns('runs', columns, ['seed']);

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
      <QueueList waiting={live.waiting} />
      <ScheduleList />
      <div className="toolbar">
        <FilterBox
          value={search}
          onValue={(text) => replaceWith({ page: 'runs', search: text })}
          label="Search runs, or verdict:failed"
        />
        <div className="row">
          <span className="faint" role="status">
            {chosen.length > 1
              ? ''
              : chosen.length === 1
                ? 'Choose one more to compare'
                : 'Choose two or more to compare'}
          </span>
          {chosen.length > 1 ? (
            <a className="button primary" href={hashOf({ page: 'compare', ids: chosen })} data-testid="compare">
              <Icon name="compare" /> Compare {chosen.length}
            </a>
          ) : null}
          {chooser}
        </div>
      </div>
      <DataTable
        caption="Runs"
        rows={rows}
        columns={shown}
        rowKey={idOf}
        firstOrder={{ column: 'started', descending: true }}
        none="No run matches the search."
        testId="runs"
      />
      {pages.hasOlder ? (
        <div className="row">
          <button type="button" className="button" onClick={more} data-testid="older-runs">
            Load older runs
          </button>
          <span className="faint" role="status">
            The newest {numbers.count(value.length)} are listed and searched
          </span>
        </div>
      ) : null}
      <Dialog
        open={fetched !== undefined}
        onClose={() => setFetched(undefined)}
        title={fetched ? `Download ${nameOf(fetched)}` : 'Download'}
        testId="download-dialog"
        wide
      >
        {fetched ? <DownloadList id={fetched.id} short /> : null}
        <div className="row end">
          <button type="button" className="button" onClick={() => setFetched(undefined)}>
            Close
          </button>
        </div>
      </Dialog>
    </>
  );
}

function listed(run: RunView): ListedRun {
  return { ...run, durationSeconds: durationOf(run, Date.now()) };
}

const nameOf = (run: RunView) => `${run.scenario} of ${momentText(run.startedAt ?? run.createdAt)}`;

/** Users, or who decides them. */
function loadCell({ users, shape, scenarios = [] }: RunView): string {
  if (users !== null) return numbers.count(users);
  return shape ?? (scenarios.map(({ name }) => name).join(', ') || noValue);
}

function columnsFor(
  chosen: readonly string[],
  toggle: (id: string) => void,
  runs: readonly RunView[],
  liveId: string | undefined,
  onDownload: (run: RunView) => void,
): readonly Column<ListedRun>[] {
  const count = (id: keyof RunTotals, label: string, cell: (total: RunTotals) => string): Column<ListedRun> => ({
    id,
    label,
    value: ({ totals }) => totals?.[id] ?? null,
    cell: ({ totals }) => (totals ? cell(totals) : noValue),
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
      cell: loadCell,
      numeric: true,
    },
    count('requests', 'Requests', (total) => numbers.count(total.requests)),
    count('failures', 'Failures', (total) => numbers.count(total.failures)),
    count('p95Ms', '95 %', (total) => (total.requests > 0 ? numbers.milliseconds(total.p95Ms) : noValue)),
    {
      id: 'report',
      label: 'Report',
      value: () => null,
      cell: (run) => (
        <button
          type="button"
          className="button quiet icon-only"
          aria-label={`Download ${nameOf(run)}`}
          title="Download"
          onClick={() => onDownload(run)}
          data-testid={`fetch-${run.id}`}
        >
          <Icon name="download" />
        </button>
      ),
    },
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
  run: RunView;
  isLive: boolean;
  chosen: boolean;
  toggle: (id: string) => void;
}

function RunCell({ run, isLive, chosen, toggle }: RunCellProps) {
  const name = nameOf(run);
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
