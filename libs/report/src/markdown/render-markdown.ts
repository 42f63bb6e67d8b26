/** A summary for a pull request: verdict and reasons, thresholds, the comparison with the baseline, the names that matter. */
import type { Comparison, RunSummary, SummaryRow } from '@loadstar/stats';
import { capacityWords } from '../format/capacity-words.js';
import { formatCount, formatDuration, formatMs, formatNumber, formatPercent } from '../format/numbers.js';
import { plural } from '../format/plural.js';

const signs = { passed: '✅', failed: '❌', degraded: '⚠️', invalid: '⚠️' } as const;
/** A comment is read, not searched: of long tables the start. */
const rowsShown = 30;

export function renderMarkdown(summary: RunSummary): string {
  const { meta, total } = summary;
  const { verdict } = meta;
  const blocks = [
    `## ${verdict === null ? '' : `${signs[verdict]} `}Load test ${verdict ?? 'without a verdict'}: ${inline(meta.scenario)}`,
    meta.verdictReasons.map((reason) => `- ${inline(reason)}`).join('\n'),
    `${plural(total.requests, 'request')} in ${formatDuration(meta.elapsedSeconds)} against ${inline(meta.host)} by up to ${plural(meta.users, 'user')}: ` +
      `**${formatNumber(total.requestsPerSecond)}/s**, ${formatPercent(total.failRatio)} failed, ` +
      `p50 **${formatMs(total.response.percentiles.p50)}**, p95 **${formatMs(total.response.percentiles.p95)}**, p99 ${formatMs(total.response.percentiles.p99)}.`,
    summary.capacity && `**Capacity:** ${inline(capacityWords(summary.capacity))}`,
    steadyLine(summary),
    summary.comparison && comparisonBlock(summary.comparison),
    thresholdsBlock(summary),
    namesBlock(summary.rows),
    failuresBlock(summary),
    `<sub>Run ${inline(meta.runId)}, seed ${inline(meta.seed)}, Loadstar ${inline(meta.loadstarVersion)}</sub>`,
  ];
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
}

/** The comparison alone, for `loadstar compare --markdown`. */
export function comparisonBlock({ verdict, text, rows, total, cautions, baseline }: Comparison): string {
  const sign = verdict === 'regression' ? '❌' : verdict === 'not comparable' ? '⚠️' : '✅';
  const changed = [total, ...rows].filter((row) => row.verdict !== 'no change' && row.verdict !== 'too little data');
  return [
    `### ${sign} Against ${inline(baseline)}: ${verdict}`,
    inline(text),
    changed
      .slice(0, rowsShown)
      .map((row) => `- ${inline(row.text)}`)
      .join('\n'),
    cautions.length > 0 ? `Cautions: ${cautions.map(inline).join('; ')}.` : '',
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function steadyLine({ steady }: RunSummary): string | undefined {
  if (steady === undefined || steady.cutSlices === 0) return undefined;
  const p95 = steady.total.percentiles.find(({ percentile }) => percentile === 95);
  const without = p95 === undefined ? '' : ` Without it p95 is ${formatMs(p95.steadyMs)}.`;
  return `Warm-up: ${inline(steady.reason)}.${without}`;
}

function thresholdsBlock({ thresholds }: RunSummary): string | undefined {
  if (thresholds.length === 0) return undefined;
  return table(
    ['', 'Threshold', 'Expected', 'Measured'],
    thresholds.map(({ passed, selector, expression, value }) => [
      passed ? '✅' : '❌',
      code(selector),
      code(expression),
      value === null ? 'no data' : formatNumber(value),
    ]),
  );
}

function namesBlock(rows: readonly SummaryRow[]): string | undefined {
  if (rows.length === 0) return undefined;
  const body = rows
    .slice(0, rowsShown)
    .map(({ method, name, requests, failRatio, response: { percentiles } }) => [
      code(`${method} ${name}`.trim()),
      formatCount(requests),
      formatPercent(failRatio),
      formatMs(percentiles.p50),
      formatMs(percentiles.p95),
      formatMs(percentiles.p99),
    ]);
  const rest = rows.length > rowsShown ? `\n\nand ${rows.length - rowsShown} more names` : '';
  const content = table(['Name', 'Requests', 'Failed', 'p50', 'p95', 'p99'], body) + rest;
  return `<details><summary>${plural(rows.length, 'name')}</summary>\n\n${content}\n\n</details>`;
}

function failuresBlock({ failures }: RunSummary): string | undefined {
  if (failures.length === 0) return undefined;
  const body = failures
    .slice(0, rowsShown)
    .map(({ method, name, error, occurrences }) => [
      code(`${method} ${name}`.trim()),
      inline(error),
      formatCount(occurrences),
    ]);
  return `<details><summary>${plural(failures.length, 'kind of failure', 'kinds of failure')}</summary>\n\n${table(['Name', 'Error', 'Times'], body)}\n\n</details>`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text from outside as text: no markup, no mention of a person, no line of its own. */
function inline(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|#~!]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\w)/g, '@\u200B')
    .trim();
}

/** Text from outside in a code span that fits into a table. */
function code(text: string): string {
  const clean = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('`', 'ˋ')
    .replaceAll('|', '\\|')
    .trim();
  return `\`${clean === '' ? ' ' : clean}\``;
}
