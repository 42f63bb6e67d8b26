import type { ReactNode } from 'react';
import { EditBar } from '../components/edit-bar.js';
import { Notice } from '../components/notice.js';
import { Tiles } from '../components/tiles.js';
import { durationWords } from '../format/durations.js';
import { numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
import { hashOf, type View, views } from '../route.js';
import { ChartsView } from './views/charts-view.js';
import { DownloadView } from './views/download-view.js';
import { ExceptionsView } from './views/exceptions-view.js';
import { FailuresView } from './views/failures-view.js';
import { LogsView } from './views/logs-view.js';
import { StatisticsView } from './views/statistics-view.js';
import { TasksView } from './views/tasks-view.js';
import { WorkersView } from './views/workers-view.js';

const content: Record<View, { label: string; draw: (live: LiveSnapshot) => ReactNode }> = {
  charts: { label: 'Charts', draw: (live) => <ChartsView live={live} /> },
  statistics: { label: 'Statistics', draw: (live) => <StatisticsView stats={live.stats} /> },
  failures: { label: 'Failures', draw: (live) => <FailuresView stats={live.stats} /> },
  exceptions: { label: 'Exceptions', draw: (live) => <ExceptionsView stats={live.stats} /> },
  workers: { label: 'Workers', draw: (live) => <WorkersView workers={live.workers} /> },
  tasks: { label: 'Tasks', draw: (live) => <TasksView live={live} /> },
  logs: { label: 'Logs', draw: () => <LogsView /> },
  download: { label: 'Download', draw: (live) => <DownloadView live={live} /> },
};

interface LivePageProps {
  live: LiveSnapshot;
  view: View;
  maxUsers: number;
  editing: boolean;
  onEditDone: () => void;
}

export function LivePage({ live, view, maxUsers, editing, onEditDone }: LivePageProps) {
  return (
    <>
      <h1 className="visually-hidden">
        {live.run ? `${live.run.scenario}: ${content[view].label}` : content[view].label}
      </h1>
      {editing && live.run ? <EditBar run={live.run} maxUsers={maxUsers} onClose={onEditDone} /> : null}
      <Outcome live={live} />
      <Tiles live={live} />
      <nav className="views" aria-label="Views">
        {views.map((name) => (
          <a
            key={name}
            href={hashOf({ page: 'live', view: name })}
            aria-current={name === view ? 'page' : undefined}
            data-testid={`view-${name}`}
          >
            {content[name].label}
            <Count live={live} view={name} />
          </a>
        ))}
      </nav>
      <div className="view">{content[view].draw(live)}</div>
    </>
  );
}

function Count({ live, view }: { live: LiveSnapshot; view: View }) {
  const { stats, workers } = live;
  if (view === 'workers') return <span className="count">{numbers.count(workers.length)}</span>;
  if (view === 'statistics' && stats?.rows.length)
    return <span className="count">{numbers.count(stats.rows.length)}</span>;
  const bad = view === 'failures' ? stats?.failures.length : view === 'exceptions' ? stats?.exceptions.length : 0;
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
