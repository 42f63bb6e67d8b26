import type { RunView } from '@loadstar/shared';
import { useCallback } from 'react';
import { api } from '../../api/client.js';
import { roleWords, useSession } from '../../api/session.js';
import { useAnswer } from '../../api/use-answer.js';
import { Notice } from '../../components/notice.js';
import { useAction } from '../../components/use-action.js';
import { momentText } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';
import { hashOf } from '../../route.js';

const readQueue = () => api.queue();
const lookAgainMs = 10_000;

/** Runs that wait, in the order of their turns, as the live feed tells them, and whether turns are given. */
export function QueueList({ waiting }: { waiting: readonly RunView[] }) {
  const { value: queue, again } = useAnswer(readQueue, lookAgainMs);
  const { may, role } = useSession();
  if (queue && !queue.available) {
    return (
      <Notice tone="warn" testId="queue-away">
        <strong>The queue cannot be reached.</strong> Tests that wait stay where they are; a test can still be started
        at once.
      </Notice>
    );
  }
  const isHeld = queue?.held === true;
  const held = isHeld ? <Held mayRelease={may('runner')} then={again} /> : null;
  if (waiting.length === 0) return held;
  return (
    <section className="card waiting-list" data-testid="queue">
      <div className="row">
        <h2>
          Waiting <span className="faint">{numbers.count(Math.max(waiting.length, queue?.waiting.length ?? 0))}</span>
        </h2>
        {may('runner') && !isHeld ? <Hold then={again} /> : null}
      </div>
      {held}
      <ol>
        {waiting.map((run) => (
          <li key={run.id}>
            <span className="number place">{run.queue?.position ?? '–'}</span>
            <a href={hashOf({ page: 'run', id: run.id, view: 'charts' })}>{run.scenario}</a>
            <span className="soft text">{waitWords(run)}</span>
            {may('runner') ? <Leave id={run.id} /> : null}
          </li>
        ))}
      </ol>
      {may('runner') ? null : <p className="faint">{roleWords(role, 'runner', 'Taking a test out of the queue')}</p>}
    </section>
  );
}

function Held({ mayRelease, then }: { mayRelease: boolean; then: () => void }) {
  const [release, busy] = useAction(
    useCallback(() => api.releaseQueue().then(then), [then]),
    'The queue goes on',
  );
  const button = (
    <button type="button" className="button" onClick={release} disabled={busy}>
      Release
    </button>
  );
  return (
    <Notice tone="warn" testId="queue-held" action={mayRelease ? button : undefined}>
      <strong>The queue is held.</strong> No test that waits begins until it is released.
    </Notice>
  );
}

function Hold({ then }: { then: () => void }) {
  const [hold, busy] = useAction(useCallback(() => api.holdQueue().then(then), [then]));
  return (
    <button type="button" className="button" onClick={hold} disabled={busy}>
      Hold
    </button>
  );
}

function Leave({ id }: { id: string }) {
  const [leave, busy] = useAction(useCallback(() => api.stopRun(id), [id]));
  return (
    <button type="button" className="button" onClick={leave} disabled={busy} data-testid={`cancel-${id}`}>
      Take out
    </button>
  );
}

function waitWords({ queue, users, shape }: RunView): string {
  const load = users !== null ? `${numbers.count(users)} users` : shape === null ? 'as planned' : `shape ${shape}`;
  if (!queue) return load;
  const labels = Object.entries(queue.labels).map(([name, value]) => `${name}=${value}`);
  const parts = [
    load,
    `of ${queue.owner}`,
    queue.priority === 0 ? '' : `priority ${queue.priority}`,
    queue.notBefore === null ? '' : `not before ${momentText(queue.notBefore)}`,
    queue.minWorkers > 1 || labels.length > 0
      ? `waits for ${queue.minWorkers} worker${queue.minWorkers === 1 ? '' : 's'} ${labels.join(' ')}`
      : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
