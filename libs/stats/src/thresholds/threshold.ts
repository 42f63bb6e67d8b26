/** Words of the threshold language: k6's, and what k6 lacks. Times in expressions are milliseconds. */

export const comparisons = ['<=', '>=', '==', '!=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];

/** What is compared: a count, a rate, a statistic of a time, or how fast an error budget is spent. */
export type Statistic =
  | { readonly kind: 'count' | 'rate' | 'value' | 'avg' | 'min' | 'max' | 'med' }
  | { readonly kind: 'percentile'; readonly percentile: number }
  /** Share of bad events by the share that the objective allows (Google SRE Workbook, chapter 5). */
  | { readonly kind: 'burn'; readonly objective: number };

export type RelativeSign = '*' | '/' | '+' | '-';

export interface Threshold {
  /** As written: selector and expression. */
  readonly selector: string;
  readonly expression: string;
  readonly metric: Metric;
  /** Only series (or checks) with these; empty means all. */
  readonly tags: Readonly<Partial<Record<Tag, string>>>;
  /** Only series of these scenarios, which a label of theirs has chosen; undefined: of all. */
  readonly scenarios?: readonly string[] | undefined;
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  /** What the value is compared with; with `relative`, what is done to the baseline's value. */
  readonly limit: number;
  /** `p95<baseline*1.1`: the limit comes from the same statistic of the baseline run. */
  readonly relative: RelativeSign | undefined;
  /** `over 30s`: every window of so many seconds is judged; of several, all must be bad. Empty: the whole run. */
  readonly windows: readonly number[];
  /** `99% of seconds`: least share of seconds that must be good, 0 to 1; undefined: not judged by the second. */
  readonly share: number | undefined;
  /** `from 1m`: windows and seconds that begin before are not judged. Seconds of run time. */
  readonly fromSeconds: number;
  /** `or abort after 10s`: the run ends when the rule fails, but not before so many seconds. */
  readonly abort: { readonly afterSeconds: number } | undefined;
}

type Kind = Statistic['kind'];
const times: readonly Kind[] = ['avg', 'min', 'max', 'med', 'percentile', 'count'];
const shares: readonly Kind[] = ['rate', 'count', 'burn'];
const counters: readonly Kind[] = ['count', 'rate'];
const requestTags = ['name', 'method', 'user_class', 'scenario'] as const;

interface MetricEntry {
  readonly family: 'times' | 'share' | 'counter' | 'gauge';
  readonly statistics: readonly Kind[];
  readonly tags: readonly string[];
}

/**
 * Metrics, which statistics each has and which tags may narrow it down. `rate` is the share 0..1 for `request_failed`
 * and `checks` (of those that passed), and per second of run time for the counters.
 */
export const metrics = {
  /** Response time: intended start to last byte. */
  request_duration: { family: 'times', statistics: times, tags: requestTags },
  /** Service time: request sent to last byte. */
  service_duration: { family: 'times', statistics: times, tags: requestTags },
  connect_duration: { family: 'times', statistics: times, tags: [] },
  /** How late users were woken and arrivals begun. */
  schedule_lag: { family: 'times', statistics: times, tags: [] },
  request_failed: { family: 'share', statistics: shares, tags: requestTags },
  checks: { family: 'share', statistics: shares, tags: ['check'] },
  requests: { family: 'counter', statistics: counters, tags: requestTags },
  iterations: { family: 'counter', statistics: counters, tags: [] },
  dropped_arrivals: { family: 'counter', statistics: counters, tags: [] },
  /** Bytes of bodies. */
  data_received: { family: 'counter', statistics: counters, tags: requestTags },
  data_sent: { family: 'counter', statistics: counters, tags: requestTags },
  /** Users that ran, by the second; `value` is the newest. */
  users: { family: 'gauge', statistics: ['value', 'min', 'max', 'avg'], tags: [] },
} as const satisfies Record<string, MetricEntry>;

export type Metric = keyof typeof metrics;
export type Tag = (typeof requestTags)[number] | 'check';

/** k6's names for the same things, so that its thresholds can be kept as they are. */
export const metricAliases: Readonly<Record<string, Metric>> = {
  http_req_duration: 'request_duration',
  http_req_connecting: 'connect_duration',
  http_req_failed: 'request_failed',
  http_reqs: 'requests',
  dropped_iterations: 'dropped_arrivals',
  vus: 'users',
};

/** Numbers of a baseline run, for limits that are relative to it. */
export type BaselineValue = (threshold: Threshold) => number | undefined;

export interface ThresholdResult {
  selector: string;
  expression: string;
  /** Measured value in the unit of the expression, of windows the worst; null without data. */
  value: number | null;
  passed: boolean;
  /** Why it failed, in words; null when it passed. */
  reason: string | null;
  /** Whether it failed because nothing was measured, or because there is no baseline to compare with. */
  missing?: 'data' | 'baseline' | undefined;
}

/** A threshold while the run goes on. */
export interface ThresholdState extends ThresholdResult {
  /** waiting: no data so far, which is a failure only at the end. */
  state: 'waiting' | 'passing' | 'failing';
  /** Value of the newest window or second, or of the run so far. */
  current: number | null;
  /** What `value` is compared with; null while a baseline is missing. */
  limit: number | null;
  /** Room that `value` leaves to the limit, as a share of the limit; see `marginOf`. */
  margin: number | null;
}

/** What has to be known of a scenario to choose it by its labels. */
export interface TaggedScenario {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}
