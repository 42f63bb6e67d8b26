import type { StatsView } from '@loadstar/shared';
import { Empty } from '../../components/notice.js';
import { numbers } from '../../format/numbers.js';

/** Errors thrown by the scenario's own code, with where it happened and which workers saw it. */
export function ExceptionsView({ stats }: { stats: StatsView | null }) {
  if (!stats || stats.exceptions.length === 0) {
    return (
      <Empty icon="check" title="No exceptions">
        Errors that the scenario&rsquo;s own code throws appear here, with the line and the workers that saw them.
        Failed requests are under Failures.
      </Empty>
    );
  }
  return (
    <div className="view" data-testid="exceptions">
      {stats.exceptions.map((entry) => (
        <details key={entry.message + entry.traceback} className="card exception">
          <summary>
            <span className="badge tone-bad number">{numbers.count(entry.count)} ×</span>
            <span className="message">{entry.message}</span>
            <span className="faint">{entry.workers.join(', ')}</span>
          </summary>
          <pre className="block">{entry.traceback || 'No stack trace was given.'}</pre>
        </details>
      ))}
    </div>
  );
}
