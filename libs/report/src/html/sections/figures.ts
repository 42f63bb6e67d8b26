/** The figures that most readers come for, and how the requests ended. */
import { outcomes, type RunSummary } from '@loadstar/stats';
import { formatBytes, formatCount, formatNumber, formatPercent } from '../../format/numbers.js';
import { plural } from '../../format/plural.js';
import { type Html, markup } from '../escape.js';

interface Figure {
  label: string;
  value: string;
  unit?: string;
  note?: string;
  bad?: boolean;
}

export function figuresSection({ total, meta, iterations }: RunSummary): Html {
  const { percentiles, averageMs, maxMs } = total.response;
  const figures: Figure[] = [
    { label: 'Requests', value: formatCount(total.requests), note: plural(iterations.finished, 'iteration') },
    { label: 'Throughput', value: formatNumber(total.requestsPerSecond), unit: 'req/s', note: receivedNote(total) },
    {
      label: 'Failures',
      value: formatPercent(total.failRatio),
      note: plural(total.failures, 'failed request'),
      bad: total.failures > 0,
    },
    timeFigure('Median', percentiles.p50, `average ${formatNumber(averageMs)} ms`),
    timeFigure('95th percentile', percentiles.p95, `99th ${formatNumber(percentiles.p99)} ms`),
    timeFigure('Slowest', maxMs, `99.9th ${formatNumber(percentiles['p99.9'])} ms`),
    {
      label: 'Peak users',
      value: formatCount(meta.users),
      note: plural(meta.userClasses.length, 'user class', 'user classes'),
    },
  ];
  return markup`<dl class="figures">
    ${figures.map(
      ({ label, value, unit, note, bad }) =>
        markup`<div class="figure${bad === true ? ' bad' : ''}">
          <dt>${label}</dt>
          <dd>${value}${unit === undefined ? undefined : markup`<small>${unit}</small>`}</dd>
          <p>${note}</p>
        </div>`,
    )}
  </dl>`;
}

export function outcomesSection({ total }: RunSummary): Html | undefined {
  if (total.requests === 0) return undefined;
  const present = outcomes.filter((outcome) => total.outcomes[outcome] > 0);
  return markup`<section>
    <h2>Outcomes <small>every request ends in exactly one</small></h2>
    <div class="card">
      <div
        class="outcomes"
        role="img"
        aria-label="${present.map((outcome) => `${outcome} ${total.outcomes[outcome]}`).join(', ')}"
      >
        ${present.map((outcome) => markup`<i class="o-${outcome}" style="flex:${total.outcomes[outcome]}"></i>`)}
      </div>
      <ul class="legend">
        ${present.map(
          (outcome) =>
            markup`<li class="o-${outcome}">
              <i></i>${outcome}<b>${formatCount(total.outcomes[outcome])}</b> ·
              ${formatPercent(total.outcomes[outcome] / total.requests)}
            </li>`,
        )}
      </ul>
    </div>
  </section>`;
}

function timeFigure(label: string, ms: number, note: string): Figure {
  return ms < 10_000
    ? { label, value: formatNumber(ms), unit: 'ms', note }
    : { label, value: (ms / 1_000).toFixed(1), unit: 's', note };
}

function receivedNote(total: RunSummary['total']): string {
  return `${formatBytes(total.bytesReceived)} received`;
}
