/** Words of the threshold language, after k6's. Times in expressions are milliseconds. */

export const comparisons = ['<=', '>=', '==', '!=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];

/** What is compared: a count, a rate, or a statistic of a time. */
export type Statistic =
  | { readonly kind: 'count' | 'rate' | 'avg' | 'min' | 'max' | 'med' }
  | { readonly kind: 'percentile'; readonly percentile: number };

export interface Threshold {
  /** As written: selector and expression. */
  readonly selector: string;
  readonly expression: string;
  readonly metric: Metric;
  /** Only series (or checks) with these; empty means all. */
  readonly tags: Readonly<Partial<Record<Tag, string>>>;
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  readonly limit: number;
}

type Kind = Statistic['kind'];
const times: readonly Kind[] = ['avg', 'min', 'max', 'med', 'percentile', 'count'];
const requestTags = ['name', 'method', 'user_class'] as const;

/**
 * Metrics, which statistics each has and which tags may narrow it down. `rate` is the share 0..1 for `request_failed`
 * and `checks` (of those that passed), and per second of run time for the counters.
 */
export const metrics = {
  /** Response time: intended start to last byte. */
  request_duration: { statistics: times, tags: requestTags },
  /** Service time: request sent to last byte. */
  service_duration: { statistics: times, tags: requestTags },
  connect_duration: { statistics: times, tags: [] },
  request_failed: { statistics: ['rate', 'count'], tags: requestTags },
  requests: { statistics: ['count', 'rate'], tags: requestTags },
  iterations: { statistics: ['count', 'rate'], tags: [] },
  dropped_arrivals: { statistics: ['count', 'rate'], tags: [] },
  checks: { statistics: ['rate', 'count'], tags: ['check'] },
} as const satisfies Record<string, { statistics: readonly Kind[]; tags: readonly string[] }>;

export type Metric = keyof typeof metrics;
export type Tag = (typeof requestTags)[number] | 'check';

export interface ThresholdResult {
  selector: string;
  expression: string;
  /** Measured value in the unit of the expression; null without data. */
  value: number | null;
  passed: boolean;
  /** Why it failed, in words; null when it passed. */
  reason: string | null;
}
