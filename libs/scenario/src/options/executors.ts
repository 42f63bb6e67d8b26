/**
 * Load plans by executor, with k6's names and meanings. Durations are texts such as `30s`, `10m`, `1h30m`, or numbers of
 * seconds.
 */
export type Duration = string | number;

/** One change of a ramp: reach `target` at the end of `duration`. */
export interface Stage {
  readonly duration: Duration;
  readonly target: number;
}

interface Common {
  /** User class to run, by its exported name. Default: all, by weight. */
  readonly userClass?: string;
  /** When this part starts, counted from the start of the run. Default 0. */
  readonly startTime?: Duration;
  /** How long iterations may take to end after the plan is over. Default 30 s. */
  readonly gracefulStop?: Duration;
  readonly env?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ConstantVus extends Common {
  readonly executor: 'constant-vus';
  readonly vus: number;
  readonly duration: Duration;
}

export interface RampingVus extends Common {
  readonly executor: 'ramping-vus';
  /** Users at the start. Default 1. */
  readonly startVUs?: number;
  readonly stages: readonly Stage[];
  readonly gracefulRampDown?: Duration;
}

export interface SharedIterations extends Common {
  readonly executor: 'shared-iterations';
  readonly vus: number;
  readonly iterations: number;
  readonly maxDuration?: Duration;
}

export interface PerVuIterations extends Common {
  readonly executor: 'per-vu-iterations';
  readonly vus: number;
  readonly iterations: number;
  readonly maxDuration?: Duration;
}

export interface ConstantArrivalRate extends Common {
  readonly executor: 'constant-arrival-rate';
  /** Iterations started per `timeUnit`. */
  readonly rate: number;
  /** Default 1 s. */
  readonly timeUnit?: Duration;
  readonly duration: Duration;
  readonly preAllocatedVUs: number;
  /** Default: `preAllocatedVUs`. */
  readonly maxVUs?: number;
}

export interface RampingArrivalRate extends Common {
  readonly executor: 'ramping-arrival-rate';
  /** Default 0. */
  readonly startRate?: number;
  readonly timeUnit?: Duration;
  readonly stages: readonly Stage[];
  readonly preAllocatedVUs: number;
  readonly maxVUs?: number;
}

export interface ExternallyControlled extends Common {
  readonly executor: 'externally-controlled';
  readonly vus: number;
  readonly maxVUs?: number;
  readonly duration: Duration;
}

/** One part of a run with a load of its own. */
export type LoadScenario =
  | ConstantVus
  | RampingVus
  | SharedIterations
  | PerVuIterations
  | ConstantArrivalRate
  | RampingArrivalRate
  | ExternallyControlled;

export const executorNames: readonly LoadScenario['executor'][] = [
  'constant-vus',
  'ramping-vus',
  'shared-iterations',
  'per-vu-iterations',
  'constant-arrival-rate',
  'ramping-arrival-rate',
  'externally-controlled',
];
