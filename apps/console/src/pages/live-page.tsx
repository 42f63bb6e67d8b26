import { EditBar } from '../components/edit-bar.js';
import type { LiveSnapshot } from '../live/live-model.js';
import type { View } from '../route.js';
import { RunViews } from './run-views.js';

interface LivePageProps {
  live: LiveSnapshot;
  view: View;
  maxUsers: number;
  editing: boolean;
  onEditDone: () => void;
}

/** The newest run, as it goes. */
export function LivePage({ live, view, maxUsers, editing, onEditDone }: LivePageProps) {
  return (
    <>
      {editing && live.run ? <EditBar run={live.run} maxUsers={maxUsers} onClose={onEditDone} /> : null}
      <RunViews live={live} view={view} />
    </>
  );
}
