/** What comparisons of stored runs say, as plain JSON: to the console, to programs and in reports. */
import type { Verdict } from './run-view.js';

export type ComparisonVerdict = 'regression' | 'improvement' | 'no change' | 'not comparable';

/** typical: the geometric mean of response times at one mix of names; overall only. */
export type ComparedMetric = 'typical' | 'p50' | 'p95' | 'p99' | 'mean' | 'failRate' | 'throughput';

/** How one number differs between the two runs. */
export interface Effect {
  metric: ComparedMetric;
  /** Milliseconds, a share from 0 to 1, or requests per second. */
  before: number;
  after: number;
  /** Of times and throughput the relative change (0.12: 12 % more), of the fail rate the difference of the shares. */
  change: number;
  /** 95 % interval of the change. */
  low: number;
  high: number;
  /** Chance of such a difference between runs that do not differ, and the same corrected for all tests made. */
  pValue: number;
  adjusted: number | null;
  /** Whether it takes part in the verdict. */
  gated: boolean;
  /** Larger than chance explains and large enough to matter. */
  significant: boolean;
  /** Whether the change is for the worse. */
  worse: boolean;
}

export interface ComparisonRow {
  method: string;
  name: string;
  /** Requests compared, in the baseline and in the run. */
  before: number;
  after: number;
  verdict: 'regression' | 'improvement' | 'no change' | 'too little data' | 'new' | 'gone';
  /** Such as `GET /users p95 +12 % (8..16 %), regression`. */
  text: string;
  effects: Effect[];
}

export interface Comparison {
  /** Names of the two runs, for people. */
  baseline: string;
  candidate: string;
  verdict: ComparisonVerdict;
  /** The verdict in a sentence. */
  text: string;
  /** What makes the comparison less than it could be, in words. */
  cautions: string[];
  /** All names together. */
  total: ComparisonRow;
  rows: ComparisonRow[];
  /** Run time that was left out as warm-up, seconds, in the baseline and in the run. */
  cutSeconds: [number, number];
  confidence: number;
  /** Relative changes smaller than this do not matter. */
  minEffect: number;
}

/** Whether a number rises or falls over many runs. */
export interface Trend {
  direction: 'rising' | 'falling' | 'none' | 'too few runs';
  /** Relative change a run, such as 0.02 for 2 % more with each; null with too few. */
  changePerRun: number | null;
  /** Chance of such an order of runs that do not differ; null with too few. */
  pValue: number | null;
}

/** One number over the runs. */
export interface TrendRow {
  metric: 'p50' | 'p95' | 'throughput' | 'failRate';
  trend: Trend;
  /** By run, in their order: milliseconds without the warm-up, requests per second, a share from 0 to 1. */
  values: number[];
}

/** Answer of `GET /api/v1/comparisons`. */
export interface ComparisonView {
  /** What is compared, in the order that was asked for: the first is the baseline, the last the candidate. */
  runs: ComparedRunView[];
  comparison: Comparison;
  /** Over all of them; of fewer than five runs it says nothing. */
  trends: TrendRow[];
}

export interface ComparedRunView {
  id: string;
  /** Name of the baseline, or the id. */
  label: string;
  scenario: string;
  startedAt: string;
  verdict: Verdict | null;
}
