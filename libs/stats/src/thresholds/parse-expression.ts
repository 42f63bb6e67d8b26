/**
 * Reads expressions. What a rule may look like (brackets: optional, spaces are free):
 *
 *   [99% of seconds] STATISTIC SIGN LIMIT [over 30s [and 5s]] [from 1m] [or abort [after 10s]]
 *
 * STATISTIC is count, rate, value, avg, min, max, med, p(N), pN or burn(OBJECTIVE%); SIGN is one of < <= > >= == !=; LIMIT
 * is a number, or `baseline` with a factor or an amount: baseline*1.1, baseline+50.
 */
import { parseRunTime } from '@loadstar/shared';
import { Cursor } from './cursor.js';
import { comparisons, type Metric, metrics, type RelativeSign, type Statistic, type Threshold } from './threshold.js';

/** Longest window, seconds. */
const longestWindow = 6 * 3_600;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?=\s|$)/i;

export function parseExpression(
  metric: Metric,
  place: string,
  expression: string,
): Omit<Threshold, 'selector' | 'expression' | 'metric' | 'tags'> {
  const cursor = new Cursor(place, expression);
  const share = takeShare(cursor);
  const statistic = takeStatistic(cursor, metric);
  const comparison = takeComparison(cursor);
  const { limit, relative } = takeLimit(cursor);
  const windows = takeWindows(cursor, comparison, share);
  const fromSeconds = cursor.take(/from\b/) ? takeDuration(cursor) : 0;
  const abort = takeAbort(cursor);
  if (!cursor.atEnd) throw cursor.expected('the end, "over 30s", "from 1m" or "or abort after 10s"');
  return { statistic, comparison, limit, relative, windows, share, fromSeconds, abort };
}

function takeShare(cursor: Cursor): number | undefined {
  const match = cursor.take(/(\d+(?:\.\d+)?)\s*%\s+of\s+seconds\b/);
  if (match === undefined) return undefined;
  const percent = Number(match[1]);
  if (percent <= 0 || percent > 100) throw cursor.expected('a share above 0 % and at most 100 %', 0);
  return percent / 100;
}

function takeStatistic(cursor: Cursor, metric: Metric): Statistic {
  const allowed: readonly string[] = metrics[metric].statistics;
  const { position } = cursor;
  const word = cursor.take(/[a-z]+(?:\([^)]*\)|\d+(?:\.\d+)?)?/i)?.[0] ?? '';
  const statistic = statisticOf(word);
  if (statistic !== undefined && allowed.includes(statistic.kind)) return statistic;
  throw cursor.expected(`one of ${allowed.map((kind) => spelling[kind] ?? kind).join(', ')}`, position);
}

const spelling: Readonly<Record<string, string>> = {
  percentile: 'p(N) or pN with N from 0 to 100',
  burn: 'burn(99.9%)',
};

function statisticOf(word: string): Statistic | undefined {
  switch (word) {
    case 'count':
    case 'rate':
    case 'value':
    case 'avg':
    case 'min':
    case 'max':
    case 'med':
      return { kind: word };
  }
  const burn = /^burn\(\s*(\d+(?:\.\d+)?)\s*%?\s*\)$/.exec(word);
  if (burn !== null) {
    const objective = Number(burn[1]) / 100;
    return objective > 0 && objective < 1 ? { kind: 'burn', objective } : undefined;
  }
  const match = /^p(?:(\d+(?:\.\d+)?)|\(\s*(\d+(?:\.\d+)?)\s*\))$/.exec(word);
  const percentile = Number(match?.[1] ?? match?.[2]);
  return percentile >= 0 && percentile <= 100 ? { kind: 'percentile', percentile } : undefined;
}

function takeComparison(cursor: Cursor): Threshold['comparison'] {
  // k6 also takes === for ==.
  const sign = cursor.take(/===|<=|>=|==|!=|<|>/)?.[0];
  const comparison = comparisons.find((known) => known === (sign === '===' ? '==' : sign));
  if (comparison === undefined) throw cursor.expected(`one of ${comparisons.join(' ')}`);
  return comparison;
}

function takeLimit(cursor: Cursor): { limit: number; relative: RelativeSign | undefined } {
  if (cursor.take(/baseline\b/)) {
    const sign = cursor.take(/[*/+-]/)?.[0] as RelativeSign | undefined;
    if (sign === undefined) return { limit: 1, relative: '*' };
    const limit = Number(cursor.take(number)?.[0]);
    if (Number.isNaN(limit) || (sign === '/' && limit === 0)) throw cursor.expected('a number such as 1.1');
    return { limit, relative: sign };
  }
  const literal = cursor.take(number)?.[0];
  if (literal === undefined) throw cursor.expected('a number such as 500 or 0.05, or baseline*1.1');
  return { limit: Number(literal), relative: undefined };
}

function takeWindows(cursor: Cursor, comparison: Threshold['comparison'], share: number | undefined): number[] {
  const { position } = cursor;
  if (!cursor.take(/over\b/)) return [];
  if (share !== undefined) throw cursor.expected('no window, because every second is judged', position);
  const windows = [takeWindow(cursor)];
  while (cursor.take(/and\b/)) windows.push(takeWindow(cursor));
  if (windows.length > 1 && (comparison === '==' || comparison === '!=')) {
    throw cursor.expected('one window only, because of the sign', position);
  }
  return windows;
}

function takeWindow(cursor: Cursor): number {
  const { position } = cursor;
  const seconds = takeDuration(cursor);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestWindow) {
    throw cursor.expected('a window of whole seconds, from 1s to 6h', position);
  }
  return seconds;
}

function takeDuration(cursor: Cursor): number {
  const { position } = cursor;
  const word = cursor.take(/[\w.]+/)?.[0] ?? '';
  const seconds = parseRunTime(word);
  if (seconds === undefined) throw cursor.expected('a time such as 30s, 5m or 1h', position);
  return seconds;
}

function takeAbort(cursor: Cursor): Threshold['abort'] {
  if (!cursor.take(/or\s+abort\b/)) return undefined;
  return { afterSeconds: cursor.take(/after\b/) ? takeDuration(cursor) : 0 };
}
