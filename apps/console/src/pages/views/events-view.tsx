import type { EventKind, RunEvent } from '../../api/extras.js';
import { Empty } from '../../components/notice.js';
import { clockText, momentText } from '../../format/durations.js';
import type { Tone } from '../../live/run-phase.js';

const looks: Record<EventKind, { label: string; tone: Tone }> = {
  paused: { label: 'Paused', tone: 'warn' },
  joined: { label: 'Joined', tone: 'good' },
  lost: { label: 'Lost', tone: 'bad' },
  fault: { label: 'Fault', tone: 'warn' },
  edited: { label: 'Edited', tone: 'busy' },
  phase: { label: 'Phase', tone: 'neutral' },
  page: { label: 'Page', tone: 'warn' },
};

/** What happened to the run, newest first; the same marks are on the charts. */
export function EventsView({ events }: { events: readonly RunEvent[] }) {
  if (events.length === 0) {
    return (
      <Empty icon="flag" title="Nothing has happened">
        Workers that come and go, changes of the load, pauses and phases of the run appear here and as marks on the
        charts.
      </Empty>
    );
  }
  return (
    <ol className="card events" data-testid="events">
      {events.toReversed().map((event) => (
        <li key={`${event.at} ${event.text}`}>
          <span className="number soft">{clockText(event.second)}</span>
          <span className={`badge tone-${looks[event.kind].tone}`}>{looks[event.kind].label}</span>
          <span className="text">{event.text}</span>
          <time className="number faint" dateTime={event.at}>
            {momentText(event.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
