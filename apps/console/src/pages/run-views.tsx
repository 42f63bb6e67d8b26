// What there is to see of one run, live or over: how it ended, the numbers at a glance, and the views below.
import type { ReactNode } from 'react';
import { Notice } from '../components/notice.js';
import { Tiles } from '../components/tiles.js';
import { durationWords } from '../format/durations.js';
import { numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import { hashOf, type View, views } from '../route.js';
import { failingThresholds } from '../runs/threshold-text.js';
import { CapacityView } from './views/capacity-view.js';
import { ChartsView } from './views/charts-view.js';
import { ChecksView } from './views/checks-view.js';
import { DownloadView } from './views/download-view.js';
import { EventsView } from './views/events-view.js';
import { ExceptionsView } from './views/exceptions-view.js';
import { FailuresView } from './views/failures-view.js';
import { LogsView } from './views/logs-view.js';
import { StatisticsView } from './views/statistics-view.js';
import { TasksView } from './views/tasks-view.js';
import { WorkersView } from './views/workers-view.js';

interface RunViewsProps {
  live: LiveSnapshot;
  view: View;
  /** Id of the run when it is shown by its id; undefined when the page follows the newest run. */
  id?: string | undefined;
}

interface ViewEntry {
  label: string;
  draw: (props: RunViewsProps) => ReactNode;
  /** Left out: there is such a view of every run. */
  isOffered?: (props: RunViewsProps) => boolean;
}

const content: Record<View, ViewEntry> = {
  charts: { label: 'Charts', draw: ({ live }) => <ChartsView key={live.run?.id} live={live} /> },
  statistics: { label: 'Statistics', draw: ({ live }) => <StatisticsView stats={live.stats} /> },
  failures: { label: 'Failures', draw: ({ live }) => <FailuresView stats={live.stats} /> },
  exceptions: { label: 'Exceptions', draw: ({ live }) => <ExceptionsView stats={live.stats} /> },
  checks: { label: 'Checks', draw: ({ live }) => <ChecksView live={live} /> },
  capacity: {
    label: 'Capacity',
    draw: ({ live }) => <CapacityView live={live} />,
    isOffered: ({ live }) => live.run?.capacity !== undefined,
  },
  workers: { label: 'Workers', draw: ({ live, id }) => <WorkersView workers={live.workers} past={id !== undefined} /> },
  tasks: { label: 'Tasks', draw: ({ live }) => <TasksView live={live} /> },
  events: { label: 'Events', draw: ({ live }) => <EventsView events={live.events} /> },
  // What is logged now has nothing to do with a run of the past.
  logs: { label: 'Logs', draw: () => <LogsView />, isOffered: ({ id }) => id === undefined },
  download: { label: 'Download', draw: ({ live }) => <DownloadView live={live} /> },
};

export function RunViews(props: RunViewsProps) {
  const { live, id } = props;
  const offered = views.filter((name) => content[name].isOffered?.(props) ?? true);
  const view = offered.includes(props.view) ? props.view : 'charts';
  return (
    <>
      <h1 className="visually-hidden">
        {live.run ? `${live.run.scenario}: ${content[view].label}` : content[view].label}
      </h1>
      <Outcome live={live} />
      <Tiles live={live} />
      <nav className="views" aria-label="Views">
        {offered.map((name) => (
          <a
            key={name}
            href={hashOf(id === undefined ? { page: 'live', view: name } : { page: 'run', id, view: name })}
            aria-current={name === view ? 'page' : undefined}
            data-testid={`view-${name}`}
          >
            {content[name].label}
            <Count live={live} view={name} />
          </a>
        ))}
      </nav>
      <div className="view">{content[view].draw(props)}</div>
    </>
  );
}

function Count({ live, view }: { live: LiveSnapshot; view: View }) {
  const { stats, workers } = live;
  if (view === 'workers') return <span className="count">{numbers.count(workers.length)}</span>;
  if (view === 'statistics' && stats?.rows.length)
    return <span className="count">{numbers.count(stats.rows.length)}</span>;
  const failedChecks = () =>
    (stats?.checks.filter((check) => check.failures > 0).length ?? 0) +
    failingThresholds(live.run?.thresholds, isActive(live.run?.state));
  const bad =
    view === 'failures'
      ? stats?.failures.length
      : view === 'exceptions'
        ? stats?.exceptions.length
        : view === 'checks'
          ? failedChecks()
          : 0;
  return bad ? <span className="count bad">{numbers.count(bad)}</span> : null;
}

/** How the run ended, once it has, or what there is to know about its accuracy. */
function Outcome({ live: { run, stats } }: { live: LiveSnapshot }) {
  if (!run || isActive(run.state)) return null;
  const bad = run.state !== 'finished' || run.verdict === 'failed' || run.verdict === 'invalid';
  const tone = bad ? 'bad' : run.verdict === 'degraded' ? 'warn' : 'good';
  const requests = stats
    ? `${numbers.count(stats.total.requests)} requests in ${durationWords(stats.elapsedSeconds)}`
    : '';
  return (
    <Notice tone={tone} testId="outcome">
      <strong>{headline(run.state, run.verdict)}</strong> {requests}
      {run.reason ? <span className="soft"> · {run.reason}</span> : null}
      {run.verdictReasons.map((reason) => (
        <div key={reason} className="hint">
          {reason}
        </div>
      ))}
      {run.unreportedAtMost > 0 ? (
        <div className="hint">
          Workers were lost: up to {numbers.count(run.unreportedAtMost)} requests are not in these numbers.
        </div>
      ) : null}
    </Notice>
  );
}

function headline(state: string, verdict: string | null): string {
  if (state === 'failed') return 'The test failed.';
  if (state === 'aborted') return 'The test was aborted.';
  return verdict === null ? 'The test is over.' : `The test is over: ${verdict}.`;
}
