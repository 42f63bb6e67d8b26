/** The summary for a terminal or a log: verdict first, then what led to it. */
import type { RunSummary } from '@loadstar/stats';
import { capacityWords } from '../format/capacity-words.js';
import { formatCount, formatDuration, formatNumber, formatPercent } from '../format/numbers.js';
import { plural } from '../format/plural.js';
import { cleanText, fit } from './clean.js';
import { type Colours, coloursOf } from './colours.js';
import { renderSummaryTable, type TextOptions, widthOf } from './stats-table.js';

const mostFailures = 20;
const mostExceptions = 10;

export function renderText(summary: RunSummary, options: TextOptions = {}): string {
  const colours = coloursOf(options.colour ?? false);
  const width = widthOf(options);
  const blocks = [
    headBlock(summary, colours),
    summary.rows.length === 0 ? 'No requests were made.' : renderSummaryTable(summary.rows, summary.total, options),
    summary.capacity && `${colours.bold('Capacity')}\n  ${capacityWords(summary.capacity)}`,
    thresholdsBlock(summary, colours, width),
    checksBlock(summary, colours, width),
    failuresBlock(summary, colours, width),
    exceptionsBlock(summary, colours, width),
    verdictBlock(summary, colours),
  ];
  return `${blocks.filter((block) => block !== undefined).join('\n\n')}\n`;
}

function headBlock({ meta, total, iterations }: RunSummary, colours: Colours): string {
  const failures = `${plural(total.failures, 'failure')} (${formatPercent(total.failRatio)})`;
  return [
    `${colours.bold(cleanText(meta.scenario))} against ${cleanText(meta.host)}, ${formatDuration(meta.elapsedSeconds)}, up to ${plural(meta.users, 'user')}`,
    `${plural(total.requests, 'request')}, ${formatNumber(total.requestsPerSecond)}/s, ${total.failures > 0 ? colours.red(failures) : failures}, ${plural(iterations.finished, 'iteration')}`,
  ].join('\n');
}

function thresholdsBlock({ thresholds }: RunSummary, colours: Colours, width: number): string | undefined {
  if (thresholds.length === 0) return undefined;
  const lines = thresholds.map(({ passed, selector, expression, value, reason }) => {
    const measured = reason ?? (value === null ? '' : `is ${formatNumber(value)}`);
    const text = fit(`${selector} ${expression}: ${measured}`, width - 4);
    return `  ${passed ? colours.green('✓') : colours.red('✗')} ${text}`;
  });
  return [colours.bold('Thresholds'), ...lines].join('\n');
}

function checksBlock({ checks }: RunSummary, colours: Colours, width: number): string | undefined {
  if (checks.length === 0) return undefined;
  const lines = checks.map(({ name, passes, failures }) => {
    const rate = `${formatPercent(passes / Math.max(1, passes + failures))} (${formatCount(passes)} of ${formatCount(passes + failures)})`;
    const mark = failures === 0 ? colours.green('✓') : colours.red('✗');
    return `  ${mark} ${fit(name, width - rate.length - 6)}: ${rate}`;
  });
  return [colours.bold('Checks'), ...lines].join('\n');
}

function failuresBlock({ failures }: RunSummary, colours: Colours, width: number): string | undefined {
  if (failures.length === 0) return undefined;
  const lines = failures.slice(0, mostFailures).map(({ occurrences, method, name, error }) => {
    const count = formatCount(occurrences).padStart(8);
    return `${colours.red(count)}  ${fit(`${method} ${name}: ${error}`, width - 10)}`;
  });
  return [colours.bold('Failures'), ...lines, ...more(failures.length, mostFailures)].join('\n');
}

function exceptionsBlock({ exceptions }: RunSummary, colours: Colours, width: number): string | undefined {
  if (exceptions.length === 0) return undefined;
  const lines = exceptions.slice(0, mostExceptions).flatMap(({ count, message, traceback }) => {
    const place = traceback.split('\n').find((line) => /^\s+at /.test(line));
    const head = `${colours.red(formatCount(count).padStart(8))}  ${fit(message, width - 10)}`;
    return place === undefined ? [head] : [head, colours.dim(`          ${fit(place, width - 10)}`)];
  });
  return [colours.bold('Exceptions'), ...lines, ...more(exceptions.length, mostExceptions)].join('\n');
}

function verdictBlock({ meta }: RunSummary, colours: Colours): string | undefined {
  if (meta.verdict === null) return undefined;
  const paint = { passed: colours.green, failed: colours.red, degraded: colours.yellow, invalid: colours.yellow }[
    meta.verdict
  ];
  return [
    colours.bold(paint(meta.verdict.toUpperCase())),
    ...meta.verdictReasons.map((reason) => `  ${cleanText(reason)}`),
  ].join('\n');
}

function more(length: number, shown: number): string[] {
  return length > shown ? [`          and ${plural(length - shown, 'more kind', 'more kinds')}`] : [];
}
