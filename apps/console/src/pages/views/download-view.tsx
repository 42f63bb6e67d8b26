import { DownloadList } from '../../components/download-list.js';
import { Empty } from '../../components/notice.js';
import type { LiveSnapshot } from '../../live/live-model.js';

/** The reports of a run; of one that goes on, as far as it has come. */
export function DownloadView({ live }: { live: LiveSnapshot }) {
  if (!live.run) {
    return (
      <Empty icon="download" title="Nothing to download yet">
        After the first test has been started, its numbers can be downloaded here as HTML, JSON, CSV, JUnit, Markdown
        and more, also while it runs.
      </Empty>
    );
  }
  return <DownloadList id={live.run.id} />;
}
