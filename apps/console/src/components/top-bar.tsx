import type { Connection, LiveSnapshot } from '../live/live-model.js';
import { isActive, lookOf, type Tone } from '../live/run-phase.js';
import { hashOf, type Route } from '../route.js';
import { Icon, Logo } from './icons.js';
import { RunActions } from './run-actions.js';

const connections: Record<Connection, { text: string; tone: Tone }> = {
  connecting: { text: 'Connecting…', tone: 'busy' },
  live: { text: 'Live', tone: 'good' },
  stalled: { text: 'No news from the server…', tone: 'warn' },
  reconnecting: { text: 'Connection lost, reconnecting…', tone: 'bad' },
  refused: { text: 'Token needed', tone: 'warn' },
};

interface TopBarProps {
  live: LiveSnapshot;
  route: Route;
  editing: boolean;
  onEdit: () => void;
  onStop: () => void;
  stopping: boolean;
  onHelp: () => void;
}

export function TopBar({ onHelp, ...props }: TopBarProps) {
  const { live, route } = props;
  const { run, connection } = live;
  const look = lookOf(run?.state ?? 'ready', run?.paused);
  const { text, tone } = connections[connection];
  const inRuns = route.page === 'runs' || route.page === 'run' || route.page === 'compare';
  return (
    <header className="top">
      <a className="brand" href={hashOf({ page: 'home' })}>
        <Logo />
        <span className="word">Loadstar</span>
      </a>
      <nav className="pages" aria-label="Pages">
        <a
          href={hashOf({ page: 'live', view: 'charts' })}
          aria-current={route.page === 'live' || route.page === 'home' ? 'page' : undefined}
        >
          Live
        </a>
        <a
          href={hashOf({ page: 'runs', search: '' })}
          aria-current={inRuns ? 'page' : undefined}
          data-testid="page-runs"
        >
          Runs
        </a>
      </nav>
      <div className="what">
        <span className={`badge tone-${look.tone}`} data-testid="run-state" data-state={run?.state ?? 'ready'}>
          <span className={isActive(run?.state) && !run?.paused ? 'dot beating' : 'dot'} />
          {look.label}
        </span>
        {run ? (
          <span className="cut" title={`${run.scenario} on ${run.host}`}>
            <strong>{run.scenario}</strong> <span className="faint">on</span>{' '}
            <span className="soft" data-testid="run-host">
              {run.host}
            </span>
          </span>
        ) : (
          <span className="soft cut">No test has run yet</span>
        )}
      </div>
      <span className="space" />
      <span className={`pill tone-${tone}`} role="status" data-testid="connection" data-connection={connection}>
        <span className={connection === 'live' ? 'dot' : 'dot beating'} />
        {text}
      </span>
      <RunActions {...props} />
      <button
        type="button"
        className="button quiet icon-only"
        aria-label="Keys and help"
        onClick={onHelp}
        data-testid="help-button"
      >
        <Icon name="help" />
      </button>
    </header>
  );
}
