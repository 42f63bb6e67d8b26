// Differences between runs in words, with the reader's numbers.
import type { ComparedMetric, ComparisonRow, Effect } from '@loadstar/shared';
import { numbers } from '../format/numbers.js';

export const metricNames: Record<ComparedMetric, string> = {
  typical: 'Typical time',
  p50: 'Median',
  p95: '95 %',
  p99: '99 %',
  mean: 'Mean',
  failRate: 'Failed',
  throughput: 'Requests/s',
};

export function effectOf(row: ComparisonRow, metric: ComparedMetric): Effect | undefined {
  return row.effects.find((effect) => effect.metric === metric);
}

export const sortValue = (effect: Effect | undefined): number | null => effect?.change ?? null;

/** `+12 %`; of the fail rate, which may begin at nothing, the points that it grew by. */
export function changeWords({ metric, change }: Effect): string {
  return signed(change) + (metric === 'failRate' ? ' points' : '');
}

/** `+8 % to +16 %`. */
export function intervalWords({ low, high }: Effect): string {
  return `${signed(low)} to ${signed(high)}`;
}

/** A value of the metric in its unit. */
export function valueWords(metric: ComparedMetric, value: number): string {
  if (metric === 'failRate') return numbers.percent(value);
  return metric === 'throughput' ? numbers.rate(value) : numbers.milliseconds(value);
}

function signed(share: number): string {
  const text = numbers.percent(Math.abs(share));
  // What is shown as nothing has no direction.
  if (Math.abs(share) < 0.0001) return numbers.percent(0);
  return `${share > 0 ? '+' : '−'}${text}`;
}
