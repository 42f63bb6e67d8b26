/** The top of the report: what ran, when, against what, and how it ended. */
import type { RunSummary } from '@loadstar/stats';
import { formatDuration, formatTime } from '../../format/numbers.js';
import { plural } from '../../format/plural.js';
import { type Html, markup } from '../escape.js';
import { icons } from '../icons.js';

const verdicts = {
  passed: { tone: 'good', icon: icons.tick, word: 'Passed' },
  failed: { tone: 'bad', icon: icons.cross, word: 'Failed' },
  degraded: { tone: 'warn', icon: icons.alert, word: 'Degraded' },
  invalid: { tone: 'warn', icon: icons.alert, word: 'Invalid' },
  none: { tone: 'none', icon: undefined, word: 'No verdict' },
} as const;

export function headerSection({ meta }: RunSummary): Html {
  const { tone, icon, word } = verdicts[meta.verdict ?? 'none'];
  return markup`<header class="top">
    <div class="brand">${icons.star} Loadstar · load test report</div>
    <div class="headline">
      <h1>${meta.scenario}</h1>
      <span class="verdict ${tone}">${icon}${word}</span>
    </div>
    <div class="facts">
      <span>against <b>${meta.host}</b></span>
      <span>started <b>${formatTime(meta.startedAt)}</b></span>
      <span>ran <b>${formatDuration(meta.elapsedSeconds)}</b></span>
      <span
        >${meta.shape === null ? 'up to' : markup`shape <b>${meta.shape}</b>, up to`}
        <b>${plural(meta.users, 'user')}</b></span
      >
      <span><b>${plural(meta.workers, 'worker')}</b>, <b>${plural(meta.engines, 'engine')}</b></span>
    </div>
    ${
      meta.verdictReasons.length === 0
        ? undefined
        : markup`<ul class="reasons ${tone === 'bad' ? 'bad' : 'warn'}">
            ${meta.verdictReasons.map((reason) => markup`<li>${reason}</li>`)}
          </ul>`
    }
  </header>`;
}
