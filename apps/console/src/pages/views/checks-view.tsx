import type { CheckRow, ThresholdView } from '@loadstar/shared';
import { type Column, DataTable } from '../../components/data-table.js';
import { Empty } from '../../components/notice.js';
import { clockText } from '../../format/durations.js';
import { noValue, numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { isActive, type Tone } from '../../live/run-phase.js';
import { thresholdValue } from '../../runs/threshold-text.js';

const shareOf = ({ passes, failures }: CheckRow) => (passes + failures > 0 ? passes / (passes + failures) : null);

const columns: readonly Column<CheckRow>[] = [
  { id: 'name', label: 'Check', value: (row) => row.name, wide: true, stick: true },
  {
    id: 'share',
    label: 'Holds',
    value: shareOf,
    cell: (row) => {
      const share = shareOf(row);
      if (share === null) return noValue;
      return <span className={share < 1 ? 'tone-bad' : 'tone-good'}>{numbers.percent(share)}</span>;
    },
    numeric: true,
  },
  {
    id: 'passes',
    label: 'Passed',
    value: (row) => row.passes,
    cell: (row) => numbers.count(row.passes),
    numeric: true,
  },
  {
    id: 'failures',
    label: 'Failed',
    value: (row) => row.failures,
    cell: (row) => numbers.count(row.failures),
    numeric: true,
  },
];
const nameOf = (row: CheckRow) => row.name;

/** The rules that decide the verdict, and the checks of the scenario, each with how it stands. */
export function ChecksView({ live: { run, stats } }: { live: LiveSnapshot }) {
  const thresholds = run?.thresholds ?? [];
  const checks = stats?.checks ?? [];
  const active = isActive(run?.state);
  if (thresholds.length === 0 && checks.length === 0) {
    return (
      <Empty icon="check" title="No checks and no thresholds">
        A scenario can check answers with <code>this.check(…)</code> and set pass/fail rules in{' '}
        <code>options.thresholds</code>. Both appear here with their state, second by second.
      </Empty>
    );
  }
  return (
    <>
      {thresholds.length > 0 ? (
        <ul className="thresholds" aria-label="Thresholds" data-testid="thresholds">
          {thresholds.map((threshold) => (
            <Threshold key={`${threshold.selector} ${threshold.expression}`} threshold={threshold} active={active} />
          ))}
        </ul>
      ) : null}
      {checks.length > 0 ? (
        <DataTable
          caption="Checks"
          rows={checks}
          columns={columns}
          rowKey={nameOf}
          firstOrder={{ column: 'share', descending: false }}
          none=""
          testId="checks"
        />
      ) : null}
    </>
  );
}

function Threshold({ threshold, active }: { threshold: ThresholdView; active: boolean }) {
  const { selector, expression, value, current, margin, reason, sinceSeconds } = threshold;
  const { label, tone } = lookOf(threshold, active);
  const text = (each: number | null) => thresholdValue(threshold, each);
  return (
    <li className="card threshold-row" data-testid="threshold">
      <span className={`badge tone-${tone}`} data-testid="threshold-state">
        <span className="dot" />
        {label}
      </span>
      <code className="text">
        {selector}: {expression}
      </code>
      <span className="number soft">
        {value === null ? 'no data' : text(value)}
        {active && current !== null && current !== value ? ` · now ${text(current)}` : ''}
      </span>
      {margin === null || tone !== 'good' ? null : (
        <span className="number faint">{numbers.percent(Math.max(0, margin))} to spare</span>
      )}
      {active && sinceSeconds > 0 ? <span className="number faint">since {clockText(sinceSeconds)}</span> : null}
      {reason !== null && tone === 'bad' ? <span className="faint reason">{reason}</span> : null}
    </li>
  );
}

/** Without data a threshold waits while the run goes on, and has failed when it is over. */
function lookOf({ state }: ThresholdView, active: boolean): { label: string; tone: Tone } {
  if (state === 'passing') return { label: active ? 'Holds' : 'Passed', tone: 'good' };
  if (state === 'no data' && active) return { label: 'Waiting', tone: 'neutral' };
  return { label: active ? 'Does not hold' : 'Failed', tone: 'bad' };
}
