import type { RunView } from '@loadstar/shared';
import { useCallback, useState } from 'react';
import { api, runPath } from '../api/client.js';
import { roleWords, useSession } from '../api/session.js';
import { CopyCurl } from '../components/copy-button.js';
import { Dialog } from '../components/dialog.js';
import { EditBar } from '../components/edit-bar.js';
import { Icon } from '../components/icons.js';
import { ProblemNotice } from '../components/notice.js';
import { Steering } from '../components/run-actions.js';
import { RunBadge } from '../components/status-badge.js';
import { useAction } from '../components/use-action.js';
import { momentText } from '../format/durations.js';
import { isActive, isEditable } from '../live/run-phase.js';
import { goTo, hashOf, type View } from '../route.js';
import { useRun } from '../runs/use-run.js';
import { RunNotes } from './runs/run-notes.js';
import { RunViews } from './run-views.js';

interface RunPageProps {
  id: string;
  view: View;
}

/** A run by its id, on the same page as a live one. */
export function RunPage({ id, view }: RunPageProps) {
  const { snapshot, problem } = useRun(id);
  if (!snapshot) {
    return problem ? (
      <ProblemNotice
        problem={problem}
        action={
          <a className="button" href={hashOf({ page: 'runs', search: '' })}>
            All runs
          </a>
        }
      />
    ) : (
      <p className="soft" role="status">
        Reading the run…
      </p>
    );
  }
  return (
    <>
      {snapshot.run ? <RunHead run={snapshot.run} /> : null}
      <RunViews live={snapshot} view={view} id={id} />
    </>
  );
}

function RunHead({ run }: { run: RunView }) {
  const { may, role } = useSession();
  return (
    <header className="run-head" data-testid="run-head">
      <div className="row">
        <RunBadge run={run} testId="run-verdict" />
        <strong>{run.scenario}</strong>
        <span className="faint">on</span>
        <span className="soft">{run.host}</span>
        <span className="faint number">
          {momentText(run.startedAt ?? run.createdAt)}
          {run.endedAt ? ` – ${momentText(run.endedAt)}` : ''} · seed {run.seed} · {run.id}
        </span>
      </div>
      <div className="row">
        <a className="button" href={hashOf({ page: 'new', from: run.id })} data-testid="clone">
          <Icon name="copy" /> Run again
        </a>
        <CopyCurl call={{ method: 'GET', path: `${runPath(run.id)}/summary` }} />
        {isActive(run.state) ? (
          <Steer run={run} />
        ) : may('admin') ? (
          <Remove run={run} />
        ) : (
          <span className="faint">{roleWords(role, 'admin', 'Deleting a run')}</span>
        )}
      </div>
      <RunNotes run={run} />
    </header>
  );
}

/** For a run that goes on beside the one of the live page. */
function Steer({ run }: { run: RunView }) {
  const { config, may, role } = useSession();
  const [editing, setEditing] = useState(false);
  if (!may('runner')) return <span className="faint">{roleWords(role, 'runner', 'Changing or stopping a test')}</span>;
  return (
    <>
      <Steering run={run} editing={editing} onEdit={() => setEditing(!editing)} />
      {editing && config && isEditable(run.state) ? (
        <EditBar run={run} maxUsers={config.limits.maxUsers} onClose={() => setEditing(false)} />
      ) : null}
    </>
  );
}

function Remove({ run }: { run: RunView }) {
  const [asking, setAsking] = useState(false);
  const work = useCallback(async () => {
    await api.removeRun(run.id);
    goTo({ page: 'runs', search: '' });
  }, [run.id]);
  const [remove, busy] = useAction(work, 'The run is deleted.');
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)} data-testid="delete">
        <Icon name="trash" /> Delete
      </button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Delete this run?" testId="confirm-delete">
        <p className="soft">Its numbers are gone then, for everybody. Download them first if they may be wanted.</p>
        <div className="row end">
          <button type="button" className="button" onClick={() => setAsking(false)}>
            Keep it
          </button>
          <button type="button" className="button danger" onClick={remove} disabled={busy} data-testid="delete-yes">
            Delete
          </button>
        </div>
      </Dialog>
    </>
  );
}
