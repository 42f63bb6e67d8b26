/** The search for the capacity: what was found, the curve, and every step. */
import type { CapacityView, RunSummary } from '@loadstar/stats';
import { formatMs, formatNumber, formatPercent } from '../../format/numbers.js';
import { capacityWords } from '../../format/capacity-words.js';
import { type Html, markup } from '../escape.js';
import { timeTicks, valueTicks } from '../scale.js';

export function capacitySection({ capacity }: RunSummary): Html | undefined {
  if (capacity === undefined) return undefined;
  return markup`<section>
    <h2>Capacity <small>${capacityWords(capacity)}</small></h2>
    ${curve(capacity)}
    <div class="scroll" role="region" aria-label="Steps of the capacity search" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Arrivals/s</th>
            <th class="text" scope="col">Result</th>
            <th scope="col">Answered/s</th>
            <th scope="col">Mean</th>
            <th scope="col">p95</th>
            <th scope="col">Failed</th>
            <th class="text" scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${capacity.steps.map(
            ({ number, rate, passed, trusted, achievedRate, meanMs, p95Ms, failRatio, reason }) =>
              markup`<tr>
                <td>${number}</td>
                <td>${formatNumber(rate)}</td>
                <td class="text">
                  <span class="pill ${passed ? 'good' : 'bad'}"
                    >${passed ? 'held' : trusted ? 'not held' : 'not delivered'}</span
                  >
                </td>
                <td>${formatNumber(achievedRate)}</td>
                <td>${formatMs(meanMs)}</td>
                <td>${formatMs(p95Ms)}</td>
                <td>${formatPercent(failRatio)}</td>
                <td class="text wrap">${reason ?? ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

const width = 1_000;
const height = 260;
const margin = { top: 14, right: 16, bottom: 40, left: 58 };

/** What was answered over what was asked for, with the found rate as a line and the knee as a band. */
function curve({ steps, capacity, knee }: CapacityView): Html | undefined {
  if (steps.length < 2) return undefined;
  const most = Math.max(...steps.map(({ rate, achievedRate }) => Math.max(rate, achievedRate)));
  const xTop = timeTicks(0, most).at(-1) ?? most;
  const ticks = valueTicks(most, 4);
  const top = ticks.at(-1) ?? most;
  const right = Math.max(xTop, most);
  const x = (rate: number): number => round(margin.left + (rate / right) * (width - margin.left - margin.right));
  const y = (rate: number): number =>
    round(height - margin.bottom - (rate / top) * (height - margin.top - margin.bottom));
  const sorted = [...steps].sort((a, b) => a.rate - b.rate);
  const peak = shownPeak(knee, top);
  const path = sorted.map(({ rate, achievedRate }, index) => `${index === 0 ? 'M' : 'L'}${x(rate)} ${y(achievedRate)}`);
  return markup`<figure class="chart" id="capacity">
    <figcaption>
      <h3>Throughput over load <span class="unit">answered and arriving, per second</span></h3>
      <ul class="legend">
        <li class="dot line-good"><i></i>Held</li>
        <li class="dot line-bad"><i></i>Not held</li>
        <li class="dashed line-plan"><i></i>If all were answered</li>
        ${capacity === null ? undefined : markup`<li class="dashed line-good"><i></i>Found</li>`}
        ${peak && markup`<li class="line-b"><i></i>Knee, 95% interval</li>`}
      </ul>
    </figcaption>
    <div class="plot">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Answered requests per second over arrivals per second">
        ${ticks.map(
          (tick) =>
            markup`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick)}" y2="${y(tick)}" /><text
                class="tick" x="${margin.left - 9}" y="${y(tick) + 4}" text-anchor="end">${formatNumber(tick)}</text>`,
        )}
        ${ticks
          .filter((tick) => tick <= right)
          .map(
            (tick) =>
              markup`<text class="tick" x="${x(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle"
                >${formatNumber(tick)}</text
              >`,
          )}
        ${
          peak &&
          markup`<rect class="area line-b" x="${margin.left}" width="${width - margin.left - margin.right}"
              y="${y(peak.high)}" height="${round(Math.max(1, y(peak.low) - y(peak.high)))}" /><line
              class="line line-b" x1="${margin.left}" x2="${width - margin.right}" y1="${y(peak.rate)}" y2="${y(peak.rate)}" />`
        }
        <path class="line line-plan dashed" d="M${x(0)} ${y(0)}L${x(Math.min(right, top))} ${y(Math.min(right, top))}" />
        <path class="line line-a" d="${path.join('')}" />
        ${sorted.map(
          ({ rate, achievedRate, passed }) =>
            markup`<circle class="step ${passed ? 'held' : 'missed'}" cx="${x(rate)}" cy="${y(achievedRate)}" r="5" />`,
        )}
        ${
          capacity === null
            ? undefined
            : markup`<line class="found" x1="${x(capacity)}" x2="${x(capacity)}" y1="${margin.top}" y2="${height - margin.bottom}" />`
        }
      </svg>
    </div>
  </figure>`;
}

/** The knee with its interval, as far as the chart reaches; one far above all that was tried is told in words only. */
function shownPeak(knee: CapacityView['knee'], top: number): { rate: number; low: number; high: number } | undefined {
  const { peakRate: rate = null, peakLow: low = null, peakHigh: high = null } = knee ?? {};
  if (rate === null || low === null || high === null || rate > top) return undefined;
  return { rate, low: Math.max(0, Math.min(low, rate)), high: Math.min(top, Math.max(high, rate)) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
