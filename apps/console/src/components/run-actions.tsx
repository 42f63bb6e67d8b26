// What can be done with the test that is running, for those who may; the others read why they cannot.
import type { RunView } from '@loadstar/shared';
import { useCallback } from 'react';
import { api, runPath } from '../api/client.js';
import type { Call } from '../api/curl.js';
import { roleWords, useSession } from '../api/session.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive, isEditable } from '../live/run-phase.js';
import { goTo, hashOf, type Route } from '../route.js';
import { CopyCurl } from './copy-button.js';
import { Icon } from './icons.js';
import { Menu } from './menu.js';
import { useAction } from './use-action.js';

interface RunActionsProps {
  live: LiveSnapshot;
  route: Route;
  editing: boolean;
  onEdit: () => void;
  onStop: () => void;
  stopping: boolean;
}

export function RunActions(props: RunActionsProps) {
  const { live, route } = props;
  const { may, role } = useSession();
  const run: RunView | null = live.run;
  if (isActive(run?.state) && run) {
    return may('runner') ? (
      <Steering
        run={run}
        editing={props.editing}
        onEdit={props.onEdit}
        onStop={props.onStop}
        stopping={props.stopping}
      />
    ) : (
      <p className="faint role-note" data-testid="role-note">
        {roleWords(role, 'runner', 'Changing or stopping a test')}
      </p>
    );
  }
  if (route.page === 'new') {
    return run ? (
      <div className="row actions">
        <a className="button" href={hashOf({ page: 'live', view: 'charts' })}>
          <Icon name="chart" /> Last run
        </a>
      </div>
    ) : null;
  }
  return (
    <div className="row actions">
      <button type="button" className="button primary" onClick={() => goTo({ page: 'new' })} data-testid="new-test">
        <Icon name="plus" /> New test
      </button>
    </div>
  );
}

interface SteeringProps {
  run: RunView;
  editing: boolean;
  onEdit: () => void;
  /** Asks for the stop; left out, it is sent at once. */
  onStop?: () => void;
  stopping?: boolean;
}

/** What changes a run that is going on. */
export function Steering({ run, editing, onEdit, onStop, stopping = false }: SteeringProps) {
  const { id } = run;
  const ending = run.state === 'stopping';
  const [reset, resetting] = useAction(
    useCallback(() => api.resetStats(id), [id]),
    'Statistics start again from zero.',
  );
  const [hold, holding] = useAction(
    useCallback(() => (run.paused ? api.resumeRun(id) : api.pauseRun(id)), [id, run.paused]),
  );
  const [stop, sending] = useAction(useCallback(() => api.stopRun(id), [id]));
  const [stopNow, stoppingNow] = useAction(useCallback(() => api.stopRun(id, 0), [id]));
  return (
    <div className="row actions">
      <button
        type="button"
        className="button"
        onClick={onEdit}
        disabled={!isEditable(run.state)}
        aria-expanded={editing}
        data-testid="edit"
      >
        <Icon name="edit" /> Edit
      </button>
      <button
        type="button"
        className="button"
        onClick={hold}
        disabled={holding || !isEditable(run.state)}
        data-testid="pause"
        title={run.paused ? 'Users go on where they stand' : 'Users stand still where they are'}
      >
        <Icon name={run.paused ? 'play' : 'pause'} /> {run.paused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" className="button" onClick={reset} disabled={resetting} data-testid="reset">
        <Icon name="reset" /> Reset
      </button>
      {ending ? (
        <button
          type="button"
          className="button danger"
          onClick={stopNow}
          disabled={stoppingNow}
          data-testid="stop-now"
          title="Interrupts the iterations that are under way"
        >
          <Icon name="stop" /> Stop now
        </button>
      ) : (
        <button
          type="button"
          className="button danger"
          onClick={onStop ?? stop}
          disabled={stopping || sending}
          data-testid="stop"
          title="Iterations that are under way may end first"
        >
          <Icon name="stop" /> Stop
        </button>
      )}
      <Menu label={<Icon name="copy" />} name="Copy as curl" testId="curl-menu">
        {curls(run).map(({ label, call, testId }) => (
          <CopyCurl key={label} call={call} label={label} testId={testId} />
        ))}
      </Menu>
    </div>
  );
}

function curls({ id, users, paused }: RunView): { label: string; call: Call; testId: string }[] {
  const path = runPath(id);
  const hold = paused ? 'resume' : 'pause';
  const post = (way: string, body?: unknown): Call => ({ method: 'POST', path: `${path}/${way}`, body });
  return [
    { label: 'Read the numbers', call: { method: 'GET', path: `${path}/stats` }, testId: 'curl-stats' },
    {
      label: 'Change the load',
      call: { method: 'PATCH', path, body: users === null ? { runTimeSeconds: 600 } : { users } },
      testId: 'curl-edit',
    },
    { label: paused ? 'Resume' : 'Pause', call: post(hold), testId: 'curl-pause' },
    { label: 'Reset the statistics', call: post('stats/reset'), testId: 'curl-reset' },
    { label: 'Stop', call: post('stop'), testId: 'curl-stop' },
    { label: 'Stop now', call: post('stop', { graceMs: 0 }), testId: 'curl-stop-now' },
  ];
}
