// What can be done with the test that is running, for those who may; the others read why they cannot.
import { useCallback } from 'react';
import { api, runPath } from '../api/client.js';
import type { Run } from '../api/extras.js';
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
  const run: Run | null = live.run;
  if (isActive(run?.state) && run) {
    return may('runner') ? (
      <Steering {...props} run={run} />
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

function Steering({ run, editing, onEdit, onStop, stopping }: RunActionsProps & { run: Run }) {
  const { config } = useSession();
  const { id } = run;
  const ending = run.state === 'stopping';
  const features = config?.features ?? {};
  const [reset, resetting] = useAction(
    useCallback(() => api.resetStats(id), [id]),
    'Statistics start again from zero.',
  );
  const [hold, holding] = useAction(
    useCallback(() => (run.paused ? api.resumeRun(id) : api.pauseRun(id)), [id, run.paused]),
  );
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
      {features.pause ? (
        <button type="button" className="button" onClick={hold} disabled={holding || ending} data-testid="pause">
          <Icon name={run.paused ? 'play' : 'pause'} /> {run.paused ? 'Resume' : 'Pause'}
        </button>
      ) : null}
      <button type="button" className="button" onClick={reset} disabled={resetting} data-testid="reset">
        <Icon name="reset" /> Reset
      </button>
      <button
        type="button"
        className="button danger"
        onClick={onStop}
        disabled={stopping || ending}
        data-testid="stop"
        title="Running iterations may end first"
      >
        <Icon name="stop" /> {ending ? 'Stopping…' : 'Stop'}
      </button>
      {features.stopNow ? (
        <button type="button" className="button danger" onClick={stopNow} disabled={stoppingNow} data-testid="stop-now">
          Stop now
        </button>
      ) : null}
      <Menu label={<Icon name="copy" />} name="Copy as curl" testId="curl-menu">
        <CopyCurl call={{ method: 'GET', path: `${runPath(id)}/stats` }} label="Read the numbers" testId="curl-stats" />
        <CopyCurl
          call={{ method: 'PATCH', path: runPath(id), body: { users: run.users ?? 10 } }}
          label="Change the load"
          testId="curl-edit"
        />
        <CopyCurl
          call={{ method: 'POST', path: `${runPath(id)}/stats/reset` }}
          label="Reset the statistics"
          testId="curl-reset"
        />
        <CopyCurl call={{ method: 'POST', path: `${runPath(id)}/stop` }} label="Stop" testId="curl-stop" />
      </Menu>
    </div>
  );
}
