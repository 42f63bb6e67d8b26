/** The trend of many runs, for a terminal. */
import { formatMs, formatNumber, formatPercent } from '@loadstar/report';
import type { TrendRow } from '@loadstar/shared';

/** @param labels one a run, in their order */
export function trendText(labels: readonly string[], trends: readonly TrendRow[]): string {
  const lines = labels.map((label, run) => {
    const words = trends.map(({ metric, values }) => `${metric} ${say[metric](values[run] ?? 0)}`);
    return `  ${label}: ${words.join(', ')}`;
  });
  const words = trends.map(({ metric, trend: { direction, changePerRun } }) => {
    const change = changePerRun === null ? '' : ` (${(changePerRun * 100).toFixed(1)} % a run)`;
    return `${metric} ${direction === 'none' ? 'no trend' : direction}${change}`;
  });
  return `Trend of ${labels.length} runs: ${words.join(', ')}\n${lines.join('\n')}`;
}

const say: Readonly<Record<TrendRow['metric'], (value: number) => string>> = {
  p50: formatMs,
  p95: formatMs,
  throughput: (value) => `${formatNumber(value)}/s`,
  failRate: formatPercent,
};
