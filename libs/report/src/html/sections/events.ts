/** What happened to the run: workers that came and went, changes by people, faults. The charts have them as marks. */
import type { RunSummary } from '@loadstar/stats';
import { formatTime } from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';
import { clockText } from '../scale.js';

const tones: Record<string, string> = { lost: 'bad', fault: 'bad', edited: 'warn', paused: 'warn', joined: 'good' };

export function eventsSection({ events = [] }: RunSummary): Html | undefined {
  if (events.length === 0) return undefined;
  return markup`<section>
    <h2>Events</h2>
    <div class="scroll" role="region" aria-label="Events" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Run time</th>
            <th class="text" scope="col">Kind</th>
            <th class="text" scope="col">What happened</th>
            <th class="text" scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          ${events.map(
            ({ second, at, kind, text }) =>
              markup`<tr>
                <td>${clockText(Math.floor(second))}</td>
                <td class="text"><span class="pill ${tones[kind] ?? ''}">${kind}</span></td>
                <td class="text wrap">${text}</td>
                <td class="text">${formatTime(at)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
