/** The run over time. */
import type { RunSummary, SeriesPoint } from '@loadstar/stats';
import { plural } from '../../format/plural.js';
import { renderChart } from '../chart.js';
import { type ChartPoint, condense } from '../condense.js';
import { type Html, markup } from '../escape.js';

/** More marks than this would hide the lines. */
const marksMost = 60;

export function chartsSection({ meta, events = [] }: RunSummary, series: readonly SeriesPoint[]): Html {
  const { points, step } = condense(series, meta.elapsedSeconds);
  const seconds = points.map(({ second }) => second);
  const of = <Key extends keyof ChartPoint>(key: Key): ChartPoint[Key][] => points.map((point) => point[key]);
  // The phases of every run would be marks at its ends, which say nothing.
  const marks = events
    .filter(({ kind }) => kind !== 'phase')
    .slice(0, marksMost)
    .map(({ second, text, kind }) => ({ second, text, isBad: kind === 'lost' || kind === 'fault' }));
  return markup`<section>
    <h2>Over time</h2>
    <div class="charts">
      ${renderChart({
        id: 'throughput',
        title: 'Throughput',
        unit: 'requests per second',
        seconds,
        marks,
        lines: [
          { label: 'Requests', colour: 'a', values: of('requestsPerSecond'), filled: true },
          { label: 'Failures', colour: 'bad', values: of('failuresPerSecond'), filled: true },
        ],
      })}
      ${renderChart({
        id: 'response-times',
        title: 'Response times',
        unit: 'milliseconds',
        seconds,
        marks,
        lines: [
          { label: 'Median', colour: 'a', values: of('p50Ms') },
          { label: '95th percentile', colour: 'b', values: of('p95Ms') },
          { label: '99th percentile', colour: 'c', values: of('p99Ms') },
        ],
      })}
      ${renderChart({
        id: 'users',
        title: 'Users',
        unit: 'running and planned',
        seconds,
        marks,
        height: 150,
        lines: [
          { label: 'Planned', colour: 'plan', values: of('targetUsers'), dashed: true },
          { label: 'Running', colour: 'a', values: of('users'), filled: true },
        ],
      })}
    </div>
    ${
      step > 1
        ? markup`<p class="note">
            Each point stands for ${plural(step, 'second')}: the mean rate, and the worst second’s response times and
            users.
          </p>`
        : undefined
    }
  </section>`;
}
