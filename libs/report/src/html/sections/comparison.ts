/** How the run compares with its baseline: the verdict in words, and every name with its changes and how sure they are. */
import { type Comparison, type ComparisonRow, type Effect, effectWords, type RunSummary } from '@loadstar/stats';
import { formatCount } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

const tones = {
  regression: 'bad',
  improvement: 'good',
  'no change': 'good',
  'too little data': 'warn',
  'not comparable': 'warn',
  new: 'warn',
  gone: 'warn',
} as const;

export function comparisonSection({ comparison }: RunSummary): Html | undefined {
  return comparison && comparisonHtml(comparison);
}

function comparisonHtml({ verdict, text, cautions, total, rows, baseline, confidence }: Comparison): Html {
  return markup`<section>
    <h2>Against ${baseline} <small><span class="pill ${tones[verdict]}">${verdict}</span></small></h2>
    <p>${text}</p>
    ${cautions.length === 0 ? undefined : markup`<p class="note">Cautions: ${cautions.join('; ')}.</p>`}
    <div class="scroll" role="region" aria-label="Comparison" tabindex="0">
      <table>
        <thead>
          <tr>
            <th class="text" scope="col">Name</th>
            <th class="text" scope="col">Verdict</th>
            <th scope="col">Requests before</th>
            <th scope="col">Requests now</th>
            <th class="text" scope="col">Changes</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(rowHtml)}
        </tbody>
        <tfoot>
          ${rowHtml(total)}
        </tfoot>
      </table>
    </div>
    <p class="note">
      In brackets ${Math.round(confidence * 100)} % intervals, by bootstrap on time slices; verdicts are corrected for the
      number of names. Warm-ups are left out.
    </p>
  </section>`;
}

function rowHtml({ method, name, before, after, verdict, effects }: ComparisonRow): Html {
  return markup`<tr>
    <th class="text wrap" scope="row">
      ${method === '' ? undefined : markup`<span class="method">${method}</span>`}${name}
    </th>
    <td class="text"><span class="pill ${tones[verdict]}">${verdict}</span></td>
    <td>${formatCount(before)}</td>
    <td>${formatCount(after)}</td>
    <td class="text wrap">${effects.filter(isShown).map(effectHtml)}</td>
  </tr>`;
}

/** Means and the 99th percentile say little that the others do not; what is significant is always said. */
function isShown({ metric, significant }: Effect): boolean {
  return significant || !['mean', 'p99'].includes(metric);
}

function effectHtml(effect: Effect): Html {
  const tone = !effect.significant ? 'zero' : effect.worse ? 'bad' : 'good';
  return markup`<div class="${tone}">${effectWords(effect)}</div>`;
}
