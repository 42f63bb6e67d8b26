/** What went wrong: failed requests by their error, and throws of the scenario. */
import type { RunSummary } from '@loadstar/stats';
import { formatCount, formatTime } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

export function failuresSection({ failures }: RunSummary): Html {
  return markup`<section>
    <h2>Failures</h2>
    ${
      failures.length === 0
        ? markup`<p class="card">No request failed.</p>`
        : markup`<div class="scroll" role="region" aria-label="Failures" tabindex="0">
            <table>
              <thead>
                <tr>
                  <th class="text" scope="col">Request</th>
                  <th class="text" scope="col">Error</th>
                  <th scope="col">Times</th>
                  <th scope="col">First seen</th>
                  <th scope="col">Last seen</th>
                </tr>
              </thead>
              <tbody>
                ${failures.map(
                  (row) =>
                    markup`<tr>
                      <th class="text wrap" scope="row">
                        ${row.method === '' ? undefined : markup`<span class="method">${row.method}</span>`}${row.name}
                      </th>
                      <td class="text wrap">${row.error}</td>
                      <td>${formatCount(row.occurrences)}</td>
                      <td>${formatTime(row.firstSeen)}</td>
                      <td>${formatTime(row.lastSeen)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

export function exceptionsSection({ exceptions }: RunSummary): Html | undefined {
  if (exceptions.length === 0) return undefined;
  return markup`<section>
    <h2>Exceptions <small>thrown by the scenario itself</small></h2>
    ${exceptions.map(
      (row, index) =>
        markup`<details class="card"${index === 0 ? markup` open` : undefined}>
          <summary><b>${formatCount(row.count)} ×</b>${row.message}</summary>
          <pre>${row.traceback}</pre>
          ${row.workers.length === 0 ? undefined : markup`<p class="note">Seen by ${row.workers.join(', ')}</p>`}
        </details>`,
    )}
  </section>`;
}
