/** A comparison for a terminal: the verdict, every name in a line, and what has to be known of it. */
import { type Comparison, type ComparisonRow, effectWords } from '@loadstar/stats';
import { cleanText } from './clean.js';
import { coloursOf } from './colours.js';
import type { TextOptions } from './stats-table.js';

export function renderComparison(comparison: Comparison, options: TextOptions = {}): string {
  const { baseline, candidate, verdict, text, rows, total, cautions, cutSeconds } = comparison;
  const colours = coloursOf(options.colour ?? false);
  const tone = verdict === 'regression' ? colours.red : verdict === 'not comparable' ? colours.yellow : colours.green;
  const lines = [
    `${tone(colours.bold(verdict.toUpperCase()))}  ${cleanText(candidate)} against ${cleanText(baseline)}`,
    cleanText(text),
    '',
    ...[...rows, total].map((row) => `  ${signOf(row)} ${rowWords(row)}`),
  ];
  if (cutSeconds[0] > 0 || cutSeconds[1] > 0) {
    lines.push('', `Warm-up left out: ${cutSeconds[0]} s of the baseline, ${cutSeconds[1]} s of the run.`);
  }
  if (cautions.length > 0) lines.push('', ...cautions.map((caution) => colours.yellow(`! ${cleanText(caution)}`)));
  return `${lines.join('\n')}\n`;
}

function rowWords({ method, name, text, effects, verdict }: ComparisonRow): string {
  if (verdict !== 'no change') return cleanText(text);
  // Where nothing is to be said, how much could have been seen is what a reader wants to know.
  const shown = effects.filter(({ metric }) => metric === 'typical' || metric === 'p50' || metric === 'p95');
  return `${cleanText(`${method} ${name}`)} ${shown.map(effectWords).join(', ')}`;
}

const signs: Readonly<Record<ComparisonRow['verdict'], string>> = {
  regression: '✖',
  improvement: '✔',
  'no change': '=',
  'too little data': '?',
  new: '+',
  gone: '-',
};

function signOf({ verdict }: ComparisonRow): string {
  return signs[verdict];
}
