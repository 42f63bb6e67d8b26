/** What was asked of the run and what came out: thresholds and checks. */
import type { RunSummary } from '@loadstar/stats';
import { formatCount, formatNumber, formatPercent } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

export function thresholdsSection({ thresholds }: RunSummary): Html | undefined {
  if (thresholds.length === 0) return undefined;
  const failed = thresholds.filter(({ passed }) => !passed).length;
  return markup`<section>
    <h2>Thresholds <small>${failed === 0 ? 'all met' : `${failed} of ${thresholds.length} not met`}</small></h2>
    <div class="scroll" role="region" aria-label="Thresholds" tabindex="0">
      <table>
        <thead>
          <tr>
            <th class="text" scope="col">Result</th>
            <th class="text" scope="col">Metric</th>
            <th class="text" scope="col">Expected</th>
            <th scope="col">Measured</th>
            <th class="text" scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${thresholds.map(
            ({ passed, selector, expression, value, reason, missing }) =>
              markup`<tr>
                <td class="text"
                  ><span class="pill ${passed ? 'good' : 'bad'}"
                    >${passed ? 'met' : missing === 'data' ? 'no data' : 'not met'}</span
                  ></td
                >
                <th class="text wrap" scope="row">${selector}</th>
                <td class="text">${expression}</td>
                <td>${value === null ? '–' : formatNumber(value)}</td>
                <td class="text wrap">${reason ?? ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

export function checksSection({ checks }: RunSummary): Html | undefined {
  if (checks.length === 0) return undefined;
  return markup`<section>
    <h2>Checks</h2>
    <div class="scroll" role="region" aria-label="Checks" tabindex="0">
      <table>
        <thead>
          <tr>
            <th class="text" scope="col">Check</th>
            <th scope="col">Passed</th>
            <th scope="col">Failed</th>
            <th scope="col">Rate</th>
            <th class="text" scope="col"></th>
          </tr>
        </thead>
        <tbody>
          ${checks.map(({ name, passes, failures }) => {
            const rate = passes + failures === 0 ? 0 : passes / (passes + failures);
            return markup`<tr>
              <th class="text wrap" scope="row">${name}</th>
              <td>${formatCount(passes)}</td>
              <td class="${failures === 0 ? 'zero' : 'bad'}">${formatCount(failures)}</td>
              <td>${formatPercent(rate)}</td>
              <td class="text">
                <span class="bar" aria-hidden="true"><i style="width:${(rate * 100).toFixed(2)}%"></i></span>
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
}
