import { useCallback } from 'react';
import { api } from '../api/client.js';
import type { Connection, LiveSnapshot } from '../live/live-model.js';
import { isActive, isEditable, lookOf, type Tone } from '../live/run-phase.js';
import { goTo, hashOf, type Route } from '../route.js';
import { Icon, Logo } from './icons.js';
import { useAction } from './use-action.js';

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
}

export function TopBar({ live, route, editing, onEdit }: TopBarProps) {
  const { run, connection } = live;
  const look = lookOf(run?.state ?? 'ready');
  const { text, tone } = connections[connection];
  return (
    <header className="top">
      <a className="brand" href={hashOf({ page: 'home' })}>
        <Logo />
        Loadstar
      </a>
      <div className="what">
        <span className={`badge tone-${look.tone}`} data-testid="run-state" data-state={run?.state ?? 'ready'}>
          <span className={isActive(run?.state) ? 'dot beating' : 'dot'} />
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
      <Actions live={live} route={route} editing={editing} onEdit={onEdit} />
    </header>
  );
}

function Actions({ live, route, editing, onEdit }: TopBarProps) {
  const { run } = live;
  const id = run?.id ?? '';
  const [stop, stopping] = useAction(useCallback(() => api.stopRun(id), [id]));
  const [reset, resetting] = useAction(
    useCallback(() => api.resetStats(id), [id]),
    'Statistics start again from zero.',
  );
  const active = isActive(run?.state);
  const ending = run?.state === 'stopping';
  if (route.page === 'new' && !active && !run) return null;
  return (
    <div className="row actions">
      {active ? (
        <>
          <button
            type="button"
            className="button"
            onClick={onEdit}
            disabled={!isEditable(run?.state)}
            aria-expanded={editing}
            data-testid="edit"
          >
            <Icon name="edit" /> Edit
          </button>
          <button type="button" className="button" onClick={reset} disabled={resetting} data-testid="reset">
            <Icon name="reset" /> Reset
          </button>
          <button
            type="button"
            className="button danger"
            onClick={stop}
            disabled={stopping || ending}
            data-testid="stop"
          >
            <Icon name="stop" /> {ending ? 'Stopping…' : 'Stop'}
          </button>
        </>
      ) : route.page === 'new' || !run ? (
        run && (
          <a className="button" href={hashOf({ page: 'live', view: 'charts' })}>
            <Icon name="chart" /> Last run
          </a>
        )
      ) : (
        <button type="button" className="button primary" onClick={() => goTo({ page: 'new' })} data-testid="new-test">
          <Icon name="plus" /> New test
        </button>
      )}
    </div>
  );
}
