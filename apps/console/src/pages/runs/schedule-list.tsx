import type { ScheduleView } from '@loadstar/shared';
import { useCallback } from 'react';
import { api } from '../../api/client.js';
import { roleWords, useSession } from '../../api/session.js';
import { useAnswer } from '../../api/use-answer.js';
import { CopyCurl } from '../../components/copy-button.js';
import { Icon } from '../../components/icons.js';
import { useAction } from '../../components/use-action.js';
import { momentText } from '../../format/durations.js';
import { hashOf } from '../../route.js';

const readSchedules = () => api.schedules();
const lookAgainMs = 10_000;

/** Runs that are queued again and again. Nothing while there is no schedule. */
export function ScheduleList() {
  const { value: schedules, again } = useAnswer(readSchedules, lookAgainMs);
  const { may, role } = useSession();
  if (!schedules || schedules.length === 0) return null;
  return (
    <section className="card waiting-list" data-testid="schedules">
      <h2>Schedules</h2>
      <ul>
        {schedules.map((schedule) => (
          <li key={schedule.id}>
            <strong>{schedule.name || schedule.run.scenario || schedule.id}</strong>
            <span className="soft text">
              <code>{schedule.cron}</code> {schedule.timeZone} ·{' '}
              {schedule.nextAt === null ? 'no next time' : `next ${momentText(schedule.nextAt)}`}
              <Last schedule={schedule} />
            </span>
            <CopyCurl call={{ method: 'DELETE', path: `api/v1/schedules/${schedule.id}` }} />
            {may('runner') ? <Remove id={schedule.id} onRemoved={again} /> : null}
          </li>
        ))}
      </ul>
      {may('runner') ? null : <p className="faint">{roleWords(role, 'runner', 'Ending a schedule')}</p>}
    </section>
  );
}

function Last({ schedule: { lastAt, lastRunId, problem } }: { schedule: ScheduleView }) {
  if (problem !== null) return <span className="tone-bad"> · {problem}</span>;
  if (lastAt === null || lastRunId === null) return null;
  return (
    <>
      {' · '}
      <a href={hashOf({ page: 'run', id: lastRunId, view: 'charts' })}>last {momentText(lastAt)}</a>
    </>
  );
}

function Remove({ id, onRemoved }: { id: string; onRemoved: () => void }) {
  const work = useCallback(async () => {
    await api.removeSchedule(id);
    onRemoved();
  }, [id, onRemoved]);
  const [remove, busy] = useAction(work, 'The schedule has ended; what it has queued stays.');
  return (
    <button type="button" className="button" onClick={remove} disabled={busy} data-testid={`unschedule-${id}`}>
      <Icon name="trash" /> End it
    </button>
  );
}
