/**
 * Load plans by executor, with k6's names and meanings. Durations are texts such as `30s`, `500ms`, `1m30s`, or numbers
 * of seconds (k6 takes numbers as milliseconds).
 */
export type Duration = string | number;

/** One change of a ramp: reach `target` at the end of `duration`. */
export interface Stage {
  readonly duration: Duration;
  readonly target: number;
}

interface Common {
  /**
   * What to run: a user class by its exported name, or one task as `Class.task` (just `task` where only one class has
   * it). Default: all classes, by weight.
   */
  readonly exec?: string;
  /** When this scenario starts, counted from the start of the run. Default 0. */
  readonly startTime?: Duration;
  /** How long iterations may take to end after the scenario is over. Default 30 s. */
  readonly gracefulStop?: Duration;
  /** What the scenario's users find in `this.env`. */
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  /** Labels for people and reports. */
  readonly tags?: Readonly<Record<string, string | number | boolean>>;
}

/** A number of users that stays. */
export interface ConstantVus extends Common {
  readonly executor: 'constant-vus';
  /** Default 1. */
  readonly vus?: number;
  readonly duration: Duration;
}

/** A number of users that follows stages. */
export interface RampingVus extends Common {
  readonly executor: 'ramping-vus';
  /** Users at the start. Default 1. */
  readonly startVUs?: number;
  readonly stages: readonly Stage[];
  /** How long the iteration of a user that a ramp takes away may still run. Default 30 s. */
  readonly gracefulRampDown?: Duration;
}

/** A number of iterations that the users share; who is faster does more. */
export interface SharedIterations extends Common {
  readonly executor: 'shared-iterations';
  /** Default 1. */
  readonly vus?: number;
  /** Default 1; not fewer than `vus`. */
  readonly iterations?: number;
  /** Default 10 minutes. */
  readonly maxDuration?: Duration;
}

/** A number of iterations for each user. */
export interface PerVuIterations extends Common {
  readonly executor: 'per-vu-iterations';
  /** Default 1. */
  readonly vus?: number;
  /** Default 1. */
  readonly iterations?: number;
  /** Default 10 minutes. */
  readonly maxDuration?: Duration;
}

interface Arrivals extends Common {
  /** What a rate is counted over. Default 1 s. */
  readonly timeUnit?: Duration;
  /** Users that are there from the start. */
  readonly preAllocatedVUs: number;
  /** Most users. Default: `preAllocatedVUs`. */
  readonly maxVUs?: number;
  /**
   * What becomes of an arrival that finds all users busy: it is dropped and counted, as in k6, or it waits for one, and
   * the wait is in its response time. Default `drop`.
   */
  readonly whenBusy?: 'drop' | 'wait';
  /** Equal distances, or independent arrivals as from many people. Default `even`. */
  readonly spacing?: 'even' | 'poisson';
  /**
   * How starts are timed: `precise` (to a fraction of a millisecond; keeps a core busy) or `economy` (a tick of 1 ms, so
   * starts are up to 1 ms late and come in small groups). Default `precise`.
   */
  readonly timing?: 'precise' | 'economy';
}

/** Iterations that start at a rate, whether earlier ones have ended or not. */
export interface ConstantArrivalRate extends Arrivals {
  readonly executor: 'constant-arrival-rate';
  /** Iterations started per `timeUnit`. */
  readonly rate: number;
  readonly duration: Duration;
}

/** Iterations that start at a rate that follows stages. */
export interface RampingArrivalRate extends Arrivals {
  readonly executor: 'ramping-arrival-rate';
  /** Default 0. */
  readonly startRate?: number;
  readonly stages: readonly Stage[];
}

/**
 * Looks for the greatest arrival rate at which the thresholds are met: steps up until one fails, then halves the gap.
 * Runs alone.
 */
export interface FindCapacity extends Arrivals {
  readonly executor: 'find-capacity';
  /** Rate of the first step, per `timeUnit`. */
  readonly startRate: number;
  /** Never more than this, per `timeUnit`. */
  readonly maxRate: number;
  /** Relative precision at which the search ends. Default 0.05. */
  readonly precision?: number;
  /** Default 12. */
  readonly maxSteps?: number;
  /** Length of a step, at least 3 s. Default 30 s. */
  readonly stepDuration?: Duration;
  /** Time without load between steps, at least. Default 5 s. */
  readonly coolDown?: Duration;
}

/** A number of users that is changed by hand while it runs. */
export interface ExternallyControlled extends Common {
  readonly executor: 'externally-controlled';
  /** Users to begin with. Default 1. */
  readonly vus?: number;
  /** Default: `vus`. */
  readonly maxVUs?: number;
  /** Default 0: until the run is stopped. */
  readonly duration?: Duration;
}

/** One part of a run with a load of its own. */
export type LoadScenario =
  | ConstantVus
  | RampingVus
  | SharedIterations
  | PerVuIterations
  | ConstantArrivalRate
  | RampingArrivalRate
  | FindCapacity
  | ExternallyControlled;
