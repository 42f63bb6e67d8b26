/**
 * The summary of a run as plain JSON: what the REST API, the reports and CI jobs read. Versioned by `schema`: a field is
 * added freely, renamed or removed only with a new number. All times are milliseconds, all sizes bytes, all rates per second.
 */
import type { CapacityView, CheckRow, ExceptionRow, FailureRow, RunEvent, Verdict } from '@loadstar/shared';
import type { Outcome } from '../outcome.js';
import type { SnapshotHeader } from '../snapshot/header.js';
import type { Comparison } from '../comparison/comparison.js';
import type { SteadySummary } from '../steady/steady-state.js';
import type { ThresholdResult } from '../thresholds/threshold.js';

/** Percentiles that every summary holds, Locust's eleven columns. */
export const summaryPercentiles = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100] as const;
export type PercentileKey = `p${(typeof summaryPercentiles)[number]}`;

/** Key of a percentile in `TimeSummary.percentiles`: p50 .. p99.99, p100. */
export function percentileKey(percentile: (typeof summaryPercentiles)[number]): PercentileKey {
  return `p${percentile}`;
}

/** A distribution of times in milliseconds; all 0 while `count` is 0. */
export interface TimeSummary {
  count: number;
  averageMs: number;
  minMs: number;
  maxMs: number;
  /** By `p50`, `p66` .. `p99.99`, `p100` (the exact maximum). */
  percentiles: Record<PercentileKey, number>;
}

/** Numbers of one (method, name), all user classes together. */
export interface SummaryRow {
  method: string;
  name: string;
  /** Attempts that were ended, and those of them that failed. */
  requests: number;
  failures: number;
  /** failures / requests, 0 to 1. */
  failRatio: number;
  /** Per second from the start of the run (or of counting) to the last request of the row. */
  requestsPerSecond: number;
  failuresPerSecond: number;
  averageBytes: number;
  bytesReceived: number;
  bytesSent: number;
  /** Intended start to last byte; successes and failures together. */
  response: TimeSummary;
  /** Request sent to last byte; successes and failures together. */
  service: TimeSummary;
  /** Response time of the failed attempts alone. */
  failedResponse: TimeSummary;
  /** Attempts by their outcome; the sum is `requests`. */
  outcomes: Record<Outcome, number>;
  /** Apdex for `RunSummary.apdexMs`, 0 to 1; null without requests. */
  apdex?: number | null;
}

export interface SummaryMeta {
  runId: string;
  scenario: string;
  host: string;
  seed: string;
  /** ISO 8601 in UTC. */
  startedAt: string;
  endedAt: string;
  /** Seconds that the numbers cover: the length of the run, or the time since they were reset. */
  elapsedSeconds: number;
  /** Milliseconds of run time at which counting began: 0, or the time of the reset. */
  countedFromMs: number;
  /** Greatest number of users that ran at once. */
  users: number;
  /** What was asked for; null where a shape decided. */
  targetUsers: number | null;
  spawnRate: number | null;
  shape: string | null;
  userClasses: string[];
  workers: number;
  engines: number;
  loadstarVersion: string;
  nodeVersion: string;
  verdict: Verdict | null;
  verdictReasons: string[];
  /** Requests that lost workers may have made without reporting them, at most. */
  unreportedAtMost: number;
  /** More facts for people, such as the operating system or the processor, shown as they are. */
  environment: Record<string, string>;
}

export interface RunSummary {
  schema: 1;
  meta: SummaryMeta;
  rows: SummaryRow[];
  /** All rows together; method '' and name 'Aggregated', as Locust has it. */
  total: SummaryRow;
  failures: FailureRow[];
  exceptions: ExceptionRow[];
  checks: CheckRow[];
  thresholds: ThresholdResult[];
  outcomes: Record<Outcome, number>;
  iterations: { started: number; finished: number; failed: number; interrupted: number };
  droppedArrivals: number;
  connections: { opened: number; reusedAfterStaleClose: number; failed: number };
  /** Dial to usable connection. */
  connect: TimeSummary;
  /** How late the generator was against its own plan. */
  lag: TimeSummary;
  /** What each incarnation said last about itself. */
  generators: GeneratorSummary[];
  /** What happened to the run, in order. */
  events?: RunEvent[];
  /** Answers within this time satisfy, within four times of it are tolerated. */
  apdexMs?: number;
  /** Where the run had settled, and percentiles with and without its warm-up. */
  steady?: SteadySummary;
  /** What the search for the capacity came to. */
  capacity?: CapacityView;
  /** Against the baseline that the run was given. */
  comparison?: Comparison;
}

export type GeneratorSummary = Pick<
  SnapshotHeader,
  'worker' | 'incarnation' | 'phase' | 'final' | 'users' | 'health' | 'elapsedMs'
>;
