/** Types of what a run is judged by while it goes on: thresholds, and a search for the capacity. */

/** How a threshold stands. */
export interface ThresholdView {
  /** As written in the scenario. */
  selector: string;
  expression: string;
  /** `no data`: nothing that it is about was measured so far, which is a failure at the end. */
  state: 'passing' | 'failing' | 'no data';
  /** What is judged, in the unit of the expression: of windows the worst; null without data. */
  value: number | null;
  /** The newest window or second, or the run so far. */
  current: number | null;
  /** What `value` is compared with; null while the baseline that it comes from is missing. */
  limit: number | null;
  /** Room that `value` leaves to `limit`, as a share of `limit`: 0.2 where a fifth is left, below 0 where it is passed. */
  margin: number | null;
  /** Why it does not pass, in words; null when it does. */
  reason: string | null;
  /** Seconds of run time since which it has stood like this. */
  sinceSeconds: number;
}

/** How a capacity search stands. Rates are arrivals per second. */
export interface CapacityView {
  /**
   * searching: not at its end · found: known to the precision · above cap: even the cap was held · below start: not even
   * the lowest rate was held · generator limit: the load generator gave out first · steps spent: known less precisely
   */
  outcome: 'searching' | 'found' | 'above cap' | 'below start' | 'generator limit' | 'steps spent';
  /** Greatest rate that was held; null when none was so far. */
  capacity: number | null;
  /** Least rate that was not held; null when every one was so far. */
  failedRate: number | null;
  /** Best guess of where the limit is, between the two. */
  estimate: number | null;
  /** Whether the capacity was held twice. */
  confirmed: boolean;
  /** No step goes beyond it. */
  capRate: number;
  /** Where throughput would peak by the universal scalability law; null with too few steps to say. */
  knee: CapacityKnee | null;
  /** Steps that were judged. */
  steps: CapacityStepView[];
  /** The step under way. */
  running: { number: number; rate: number; fromSeconds: number; seconds: number } | null;
}

export interface CapacityKnee {
  /** Requests in the target at a time at which throughput peaks; null when it never falls again. */
  concurrency: number | null;
  /** Requests per second at the peak, or what contention lets throughput approach; null when nothing bounds it. */
  peakRate: number | null;
  /** 95 % interval of the peak. */
  peakLow: number | null;
  peakHigh: number | null;
}

export interface CapacityStepView {
  /** From 1 on. */
  number: number;
  rate: number;
  /** Seconds of run time at which it began, and its length. */
  fromSeconds: number;
  seconds: number;
  /** Whether the thresholds were met. */
  passed: boolean;
  /** False when the generator could not deliver the rate: the step says nothing about the target. */
  trusted: boolean;
  /** Requests answered well, per second. */
  achievedRate: number;
  meanMs: number;
  p95Ms: number;
  failRatio: number;
  /** Why it failed, in words; null when it passed. */
  reason: string | null;
}
