// A search for the capacity: what it found, what every step came to, and where throughput would peak.
import type { CapacityKnee, CapacityStepView, CapacityView as Capacity } from '@loadstar/shared';
import { RatePlot, type RatePoint } from '../../charts/rate-plot.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { Empty, Notice } from '../../components/notice.js';
import { clockText } from '../../format/durations.js';
import { noValue, numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';

const columns: readonly Column<CapacityStepView>[] = [
  { id: 'number', label: 'Step', value: (row) => row.number, numeric: true, stick: true },
  {
    id: 'result',
    label: 'Result',
    value: (row) => resultOf(row).label,
    cell: (row) => (
      <span className={`badge tone-${resultOf(row).tone}`}>
        <span className="dot" />
        {resultOf(row).label}
      </span>
    ),
  },
  { id: 'rate', label: 'Asked', value: (row) => row.rate, cell: (row) => numbers.rate(row.rate), numeric: true },
  {
    id: 'achieved',
    label: 'Answered well',
    title: 'Per second',
    value: (row) => row.achievedRate,
    cell: (row) => numbers.rate(row.achievedRate),
    numeric: true,
  },
  {
    id: 'mean',
    label: 'Mean',
    value: (row) => row.meanMs,
    cell: (row) => numbers.milliseconds(row.meanMs),
    numeric: true,
  },
  {
    id: 'p95',
    label: '95 %',
    value: (row) => row.p95Ms,
    cell: (row) => numbers.milliseconds(row.p95Ms),
    numeric: true,
  },
  {
    id: 'failed',
    label: 'Failed',
    value: (row) => row.failRatio,
    cell: (row) => numbers.percent(row.failRatio),
    numeric: true,
  },
  {
    id: 'from',
    label: 'At',
    value: (row) => row.fromSeconds,
    cell: (row) => clockText(row.fromSeconds),
    numeric: true,
  },
  { id: 'reason', label: 'Why', value: (row) => row.reason, cell: (row) => row.reason ?? noValue, wide: true },
];
const stepKey = (row: CapacityStepView) => String(row.number);

function resultOf({ passed, trusted }: CapacityStepView): { label: string; tone: 'good' | 'bad' | 'warn' } {
  if (!trusted) return { label: 'Not trusted', tone: 'warn' };
  return passed ? { label: 'Held', tone: 'good' } : { label: 'Not held', tone: 'bad' };
}

export function CapacityView({ live }: { live: LiveSnapshot }) {
  const capacity = live.run?.capacity;
  if (!capacity) {
    return (
      <Empty icon="chart" title="No search for the capacity">
        A run with the executor <code>find-capacity</code> raises the load in steps until the thresholds are not met any
        more. What it finds is shown here.
      </Empty>
    );
  }
  const { steps, running } = capacity;
  return (
    <>
      <Notice tone={toneOf(capacity)} testId="capacity">
        <strong>{headline(capacity)}</strong> {details(capacity)}
        {capacity.knee ? <div className="hint">{kneeWords(capacity.knee)}</div> : null}
        {running ? (
          <div className="hint">
            Step {running.number} asks for {numbers.rate(running.rate)} per second now, for {running.seconds} seconds.
          </div>
        ) : null}
      </Notice>
      {steps.length > 0 ? <Plots capacity={capacity} /> : null}
      <DataTable
        caption="Steps of the search"
        rows={steps}
        columns={columns}
        rowKey={stepKey}
        firstOrder={{ column: 'number', descending: false }}
        none="No step has ended yet."
        testId="capacity-steps"
      />
    </>
  );
}

function Plots({ capacity: { steps, capacity, failedRate, capRate, knee } }: { capacity: Capacity }) {
  const topRate = Math.min(capRate, Math.max(...steps.map(({ rate }) => rate), capacity ?? 0)) * 1.1;
  const pointsOf = (value: (step: CapacityStepView) => number): RatePoint[] =>
    steps.map((step) => ({
      rate: step.rate,
      value: value(step),
      tone: step.trusted ? (step.passed ? 'good' : 'bad') : 'quiet',
    }));
  const marks = [
    ...(capacity === null ? [] : [{ rate: capacity, tone: 'good' as const }]),
    ...(failedRate === null ? [] : [{ rate: failedRate, tone: 'bad' as const }]),
  ];
  const level = knee?.peakRate ? { value: knee.peakRate, low: knee.peakLow, high: knee.peakHigh } : undefined;
  const shared = { topRate, marks };
  const common = (
    <>
      <li>
        <span className="key upright good" /> Held <b>{capacity === null ? noValue : numbers.rate(capacity)}</b>
      </li>
      <li>
        <span className="key upright bad" /> Not held <b>{failedRate === null ? noValue : numbers.rate(failedRate)}</b>
      </li>
    </>
  );
  return (
    <div className="charts pair">
      <RatePlot
        {...shared}
        title="Answered well per second"
        points={pointsOf((step) => step.achievedRate)}
        level={level}
        ideal
        valueText={numbers.rate}
        legend={
          <>
            {common}
            {level ? (
              <li>
                <span className="key three" /> Peak <b>{numbers.rate(level.value)}</b>
              </li>
            ) : null}
          </>
        }
        testId="capacity-throughput"
      />
      <RatePlot
        {...shared}
        title="95 % answered within"
        points={pointsOf((step) => step.p95Ms)}
        valueText={numbers.milliseconds}
        legend={common}
        testId="capacity-time"
      />
    </div>
  );
}

function toneOf({ outcome }: Capacity): 'good' | 'warn' | 'plain' {
  if (outcome === 'searching') return 'plain';
  return outcome === 'found' || outcome === 'above cap' ? 'good' : 'warn';
}

function headline({ outcome, capacity, estimate, capRate }: Capacity): string {
  const held = capacity === null ? '' : `${numbers.rate(capacity)} per second`;
  switch (outcome) {
    case 'searching':
      return held === '' ? 'Searching for the capacity.' : `Searching; ${held} was held so far.`;
    case 'found':
      return `The capacity is ${held}.`;
    case 'above cap':
      return `Even ${numbers.rate(capRate)} per second was held, and the search goes no higher.`;
    case 'below start':
      return 'Not even the lowest rate was held.';
    case 'generator limit':
      return `The load generator gave out first${held === '' ? '' : `; ${held} was held`}.`;
    case 'steps spent':
      return `The steps are spent: ${held === '' ? 'nothing was held' : `${held} was held`}${
        estimate === null ? '' : `, the limit is about ${numbers.rate(estimate)}`
      }.`;
  }
}

function details({ capacity, failedRate, confirmed }: Capacity): string {
  const parts = [
    failedRate === null ? '' : `${numbers.rate(failedRate)} per second was not held.`,
    capacity !== null && confirmed ? 'The capacity was held twice.' : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function kneeWords({ concurrency, peakRate, peakLow, peakHigh }: CapacityKnee): string {
  if (peakRate === null) return 'By the universal scalability law nothing bounds throughput in what was measured.';
  const interval =
    peakLow === null || peakHigh === null
      ? ''
      : ` (95 % interval ${numbers.rate(peakLow)} to ${numbers.rate(peakHigh)})`;
  const where =
    concurrency === null ? '' : `, at ${numbers.rate(concurrency)} requests in the target at a time: the knee`;
  return `By the universal scalability law throughput peaks at ${numbers.rate(peakRate)} requests per second${interval}${where}.`;
}
