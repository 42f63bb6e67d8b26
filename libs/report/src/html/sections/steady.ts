/** Where the run had settled, and what the percentiles are with and without its warm-up. */
import type { PercentileInterval, RunSummary, SteadyRow } from '@loadstar/stats';
import { formatDuration, formatNumber } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

export function steadySection({ steady, apdexMs, total }: RunSummary): Html | undefined {
  if (steady === undefined) return undefined;
  const apdex =
    total.apdex === undefined || total.apdex === null
      ? undefined
      : markup` Apdex ${total.apdex.toFixed(2)} (satisfied within ${formatNumber(apdexMs ?? 500)} ms).`;
  return markup`<section>
    <h2>Steady state <small>${steady.outcome === 'settled' ? steady.reason : `${steady.outcome}: ${steady.reason}`}</small></h2>
    <div class="scroll" role="region" aria-label="Steady state" tabindex="0">
      <table>
        <thead>
          <tr>
            <th class="text" scope="col">Name</th>
            <th scope="col">p50, whole run</th>
            <th scope="col">p50, settled</th>
            <th scope="col">p95, whole run</th>
            <th scope="col">p95, settled</th>
            <th scope="col">p99, whole run</th>
            <th scope="col">p99, settled</th>
          </tr>
        </thead>
        <tbody>
          ${steady.rows.map(row)}
        </tbody>
        <tfoot>
          ${row(steady.total)}
        </tfoot>
      </table>
    </div>
    <p class="note">
      Milliseconds; in brackets 95 % intervals, from how ${steady.slices} time slices of
      ${formatDuration(steady.sliceMs / 1_000)} differ.${apdex}
    </p>
  </section>`;
}

function row({ method, name, percentiles }: SteadyRow): Html {
  return markup`<tr>
    <th class="text wrap" scope="row">
      ${method === '' ? undefined : markup`<span class="method">${method}</span>`}${name}
    </th>
    ${percentiles.map(
      ({ wholeMs, steadyMs, whole, steady }) =>
        markup`<td>${formatNumber(wholeMs)}${range(whole)}</td>
          <td>${formatNumber(steadyMs)}${range(steady)}</td>`,
    )}
  </tr>`;
}

function range(interval: PercentileInterval | null): Html | undefined {
  if (interval === null) return undefined;
  return markup` <span class="zero">(${formatNumber(interval.lowMs)}..${formatNumber(interval.highMs)})</span>`;
}
