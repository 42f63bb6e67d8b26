/** The statistics table, once for response times and once for service times. */
import { percentileKey, type RunSummary, summaryPercentiles, type SummaryRow, type TimeSummary } from '@loadstar/stats';
import { formatBytes, formatCount, formatNumber } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

export function statisticsSections(summary: RunSummary): Html {
  if (summary.rows.length === 0) {
    return markup`<section>
      <h2>Statistics</h2>
      <p class="card empty">No requests were made.</p>
    </section>`;
  }
  return markup`<section>
      <h2>Requests</h2>
      ${table('Requests', ['Requests', 'Failures', 'Req/s', 'Failures/s', 'Average size', 'Received', 'Sent'], summary, requestCells)}
    </section>
    <section>
      <h2>Response time <small>milliseconds, from the intended start to the last byte</small></h2>
      ${table('Response times', timeHeads, summary, ({ response }) => timeCells(response))}
    </section>
    <section>
      <h2>Service time <small>milliseconds, from the request sent to the last byte</small></h2>
      ${table('Service times', timeHeads, summary, ({ service }) => timeCells(service))}
    </section>`;
}

const timeHeads = [
  'Average',
  'Min',
  ...summaryPercentiles.map((percentile) => (percentile === 100 ? 'Max' : `${percentile}%`)),
];

function table(label: string, heads: readonly string[], summary: RunSummary, cells: (row: SummaryRow) => Html[]): Html {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          <th class="text" scope="col">Name</th>
          ${heads.map((head) => markup`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${summary.rows.map(
          (row) =>
            markup`<tr>
              <th class="text wrap" scope="row">
                ${row.method === '' ? undefined : markup`<span class="method">${row.method}</span>`}${row.name}
              </th>
              ${cells(row)}
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th class="text" scope="row">All together</th>
          ${cells(summary.total)}
        </tr>
      </tfoot>
    </table>
  </div>`;
}

function requestCells(row: SummaryRow): Html[] {
  return [
    markup`<td>${formatCount(row.requests)}</td>`,
    row.failures === 0 ? markup`<td class="zero">0</td>` : markup`<td class="bad">${formatCount(row.failures)}</td>`,
    markup`<td>${formatNumber(row.requestsPerSecond)}</td>`,
    row.failures === 0
      ? markup`<td class="zero">0</td>`
      : markup`<td class="bad">${formatNumber(row.failuresPerSecond)}</td>`,
    markup`<td>${formatBytes(row.averageBytes)}</td>`,
    markup`<td>${formatBytes(row.bytesReceived)}</td>`,
    markup`<td>${formatBytes(row.bytesSent)}</td>`,
  ];
}

function timeCells(times: TimeSummary): Html[] {
  const values = [
    times.averageMs,
    times.minMs,
    ...summaryPercentiles.map((percentile) => times.percentiles[percentileKey(percentile)]),
  ];
  return values.map((ms) => markup`<td>${times.count === 0 ? '–' : formatNumber(ms)}</td>`);
}
