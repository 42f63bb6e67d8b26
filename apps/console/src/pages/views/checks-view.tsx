import type { CheckRow } from '@loadstar/shared';
import type { ThresholdResult } from '../../api/summary.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Empty } from '../../components/notice.js';
import { noValue, numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { isActive, type Tone } from '../../live/run-phase.js';
import { useSummary } from '../../runs/use-summary.js';

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

/** The rules that decide the verdict, and the checks of the scenario, each with how it stands. */
export function ChecksView({ live }: { live: LiveSnapshot }) {
  const summary = useSummary(live);
  const thresholds = summary?.thresholds ?? [];
  const checks = live.stats?.checks ?? [];
  if (!live.run || (summary && thresholds.length === 0 && checks.length === 0)) {
    return (
      <Empty icon="check" title="No checks and no thresholds">
        A scenario can check answers with <code>this.check(…)</code> and set pass/fail rules in{' '}
        <code>options.thresholds</code>. Both appear here with their state.
      </Empty>
    );
  }
  return (
    <>
      {thresholds.length > 0 ? (
        <ul className="thresholds" data-testid="thresholds">
          {thresholds.map((result) => (
            <Threshold
              key={`${result.selector} ${result.expression}`}
              result={result}
              active={isActive(live.run?.state)}
            />
          ))}
        </ul>
      ) : null}
      {checks.length > 0 ? (
        <DataTable
          caption="Checks"
          rows={checks}
          columns={columns}
          rowKey={(row) => row.name}
          firstOrder={{ column: 'share', descending: false }}
          none=""
          testId="checks"
        />
      ) : null}
    </>
  );
}

function Threshold({ result, active }: { result: ThresholdResult; active: boolean }) {
  const { label, tone } = stateOf(result, active);
  return (
    <li className="card threshold-row">
      <span className={`badge tone-${tone}`} data-testid="threshold-state">
        <span className="dot" />
        {label}
      </span>
      <code className="text">
        {result.selector}: {result.expression}
      </code>
      <span className="number soft">{result.value === null ? 'no data' : `now ${valueText(result)}`}</span>
      {result.reason !== null && tone === 'bad' ? <span className="faint reason">{result.reason}</span> : null}
    </li>
  );
}

function stateOf({ state, passed, value }: ThresholdResult, active: boolean): { label: string; tone: Tone } {
  if (active && (state === 'waiting' || value === null)) return { label: 'Waiting', tone: 'neutral' };
  const holds = state === undefined ? passed : state === 'passing' || (!active && passed);
  if (holds) return { label: active ? 'Holds' : 'Passed', tone: 'good' };
  return { label: active ? 'Does not hold' : 'Failed', tone: 'bad' };
}

function valueText({ selector, expression, value }: ThresholdResult): string {
  if (value === null) return noValue;
  if (selector.includes('duration') && !expression.startsWith('count')) return numbers.milliseconds(value);
  if (/^(request_failed|checks)/.test(selector) && expression.startsWith('rate')) return numbers.percent(value);
  return numbers.rate(value);
}
