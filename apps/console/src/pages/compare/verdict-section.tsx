// Whether what differs between two runs is more than chance, in words and by name: what the platform's comparison says.
import type { ComparisonRow, Effect, TrendRow } from '@loadstar/shared';
import { useCallback, useState } from 'react';
import { api } from '../../api/client.js';
import { useAnswer } from '../../api/use-answer.js';
import { CopyCurl } from '../../components/copy-button.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { nameColumn } from '../../components/name-column.js';
import { Notice, type NoticeTone } from '../../components/notice.js';
import { durationWords } from '../../format/durations.js';
import { noValue, numbers } from '../../format/numbers.js';
import type { Tone } from '../../live/run-phase.js';
import { changeWords, effectOf, intervalWords, metricNames, sortValue, valueWords } from '../../runs/effects.js';

const verdictTones: Record<string, NoticeTone> = { regression: 'bad', improvement: 'good', 'not comparable': 'warn' };
const rowTones: Record<ComparisonRow['verdict'], Tone> = {
  regression: 'bad',
  improvement: 'good',
  'no change': 'neutral',
  'too little data': 'warn',
  new: 'busy',
  gone: 'busy',
};

const comparedMetrics = ['p50', 'p95', 'p99', 'failRate', 'throughput'] as const;

const columns: readonly Column<ComparisonRow>[] = [
  nameColumn,
  {
    id: 'verdict',
    label: 'Verdict',
    value: (row) => row.verdict,
    cell: (row) => (
      <span className={`badge tone-${rowTones[row.verdict]}`} title={row.text}>
        <span className="dot" />
        {row.verdict}
      </span>
    ),
  },
  ...comparedMetrics.map((metric): Column<ComparisonRow> => ({
    id: metric,
    label: metricNames[metric],
    title: 'Change, and the interval that holds it in 95 of 100 such comparisons',
    value: (row) => sortValue(effectOf(row, metric)),
    cell: (row) => <EffectCell effect={effectOf(row, metric)} />,
    numeric: true,
  })),
];
const rowKey = (row: ComparisonRow) => `${row.method} ${row.name}`;

/** Coloured only where it is more than chance, and enough to matter. */
function EffectCell({ effect }: { effect: Effect | undefined }) {
  if (!effect) return noValue;
  const tone = effect.significant ? (effect.worse ? 'tone-bad' : 'tone-good') : 'soft';
  return (
    <span
      className="effect"
      title={`${valueWords(effect.metric, effect.before)} → ${valueWords(effect.metric, effect.after)}`}
    >
      <span className={tone}>{changeWords(effect)}</span>
      <span className="interval">{intervalWords(effect)}</span>
    </span>
  );
}

interface VerdictSectionProps {
  ids: readonly string[];
  /** Whether all of them are over. */
  ended: boolean;
  letterOf: (index: number) => string;
}

export function VerdictSection({ ids, ended, letterOf }: VerdictSectionProps) {
  const [other, setOther] = useState(1);
  return (
    <section className="verdict" aria-label="Verdict" data-testid="verdict">
      {ids.length > 2 ? (
        <div className="segments" role="group" aria-label="Which run is held against the first">
          {ids.slice(1).map((id, index) => (
            <button key={id} type="button" aria-pressed={other === index + 1} onClick={() => setOther(index + 1)}>
              {letterOf(index + 1)} against {letterOf(0)}
            </button>
          ))}
        </div>
      ) : null}
      {ended ? (
        <Verdict
          key={other}
          first={ids[0] ?? ''}
          other={ids[other] ?? ''}
          label={`${letterOf(other)} against ${letterOf(0)}`}
        />
      ) : (
        <Notice tone="plain">Whether a difference is more than chance is told when all of the runs are over.</Notice>
      )}
      {ended && ids.length >= 5 ? <Trends ids={ids} /> : null}
    </section>
  );
}

function Verdict({ first, other, label }: { first: string; other: string; label: string }) {
  const ask = useCallback(() => api.comparison([first, other]), [first, other]);
  const { value, problem } = useAnswer(ask);
  if (problem) {
    return (
      <Notice tone="warn" testId="comparison-problem">
        <strong>{problem.message}</strong> {problem.hint}
      </Notice>
    );
  }
  if (!value) {
    return (
      <p className="soft" role="status">
        Looking for differences beyond chance…
      </p>
    );
  }
  const { comparison } = value;
  const { verdict, text, cautions, total, rows, cutSeconds, minEffect } = comparison;
  return (
    <>
      <Notice
        tone={verdictTones[verdict] ?? 'plain'}
        testId="comparison-verdict"
        action={<CopyCurl call={{ method: 'GET', path: api.comparisonPath([first, other]) }} />}
      >
        <strong>
          {label}: {verdict}.
        </strong>{' '}
        {text}
        {cautions.map((caution) => (
          <div key={caution} className="hint">
            {caution}
          </div>
        ))}
        <div className="hint">
          {cutSeconds.some((seconds) => seconds > 0)
            ? `Warm-up left out: ${cutSeconds.map(durationWords).join(' and ')}. `
            : ''}
          Changes of less than {numbers.percent(minEffect)} do not matter; what is coloured is more than chance.
        </div>
      </Notice>
      <DataTable
        caption={`Differences by request name, ${label}`}
        rows={rows}
        columns={columns}
        rowKey={rowKey}
        last={total}
        none="There is no name that both runs have."
        testId="effects"
      />
    </>
  );
}

/** Of five runs and more, whether numbers go one way from run to run. */
function Trends({ ids }: { ids: readonly string[] }) {
  const ask = useCallback(() => api.comparison(ids), [ids]);
  const { value } = useAnswer(ask);
  if (!value) return null;
  return (
    <Notice tone="plain" testId="trends">
      <strong>Over all {ids.length} runs:</strong> {value.trends.map(trendWords).join(' · ')}
    </Notice>
  );
}

function trendWords({ metric, trend }: TrendRow): string {
  const { direction, changePerRun } = trend;
  const change = changePerRun === null ? '' : ` by ${numbers.percent(Math.abs(changePerRun))} a run`;
  const words =
    direction === 'none' ? 'goes neither way' : direction === 'too few runs' ? 'too few runs' : direction + change;
  return `${metricNames[metric]} ${words}`;
}
