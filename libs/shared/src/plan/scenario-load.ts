/**
 * One scenario of a load: a part of a run with its own executor, start, env and tags, named as k6 names it. The plan
 * holds it with every default filled in; times are seconds.
 */
export type ScenarioLoad =
  | ConstantVusLoad
  | RampingVusLoad
  | SharedIterationsLoad
  | PerVuIterationsLoad
  | ConstantArrivalRateLoad
  | RampingArrivalRateLoad
  | FindCapacityLoad
  | ExternallyControlledLoad;

export type ScenarioExecutor = ScenarioLoad['executor'];

/** Several scenarios in one run, each with a load of its own. */
export interface ScenariosLoad {
  readonly kind: 'scenarios';
  /** At least one; names are unique. */
  readonly scenarios: readonly ScenarioLoad[];
  /** Milliseconds after which everything stops, whatever the scenarios still plan; undefined: they decide. */
  readonly runTimeMs: number | undefined;
}

export interface CommonLoad {
  readonly name: string;
  /** A user class, or a task of one (`Shopper.list`, or `list` where only one class has it); undefined: all by weight. */
  readonly exec: string | undefined;
  /** Seconds from the start of the run. */
  readonly startTime: number;
  /** Seconds that iterations may take to end when the scenario is over. */
  readonly gracefulStop: number;
  /** What the scenario's users find in `this.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Labels for people and reports. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Reaches `target` at the end of `duration` seconds, in a straight line; a duration of 0 jumps. */
export interface LoadStage {
  readonly duration: number;
  readonly target: number;
}

/** A number of users that stays. */
export interface ConstantVusLoad extends CommonLoad {
  readonly executor: 'constant-vus';
  readonly vus: number;
  readonly duration: number;
}

/** A number of users that follows stages. */
export interface RampingVusLoad extends CommonLoad {
  readonly executor: 'ramping-vus';
  readonly startVUs: number;
  readonly stages: readonly LoadStage[];
  /** Seconds that an iteration of a user that a ramp takes away may still run. */
  readonly gracefulRampDown: number;
}

/** A number of iterations that users share: who is faster does more. */
export interface SharedIterationsLoad extends CommonLoad {
  readonly executor: 'shared-iterations';
  readonly vus: number;
  readonly iterations: number;
  readonly maxDuration: number;
}

/** A number of iterations for each user. */
export interface PerVuIterationsLoad extends CommonLoad {
  readonly executor: 'per-vu-iterations';
  readonly vus: number;
  readonly iterations: number;
  readonly maxDuration: number;
}

/** What the open executors share. */
export interface ArrivalLoad extends CommonLoad {
  /** Seconds that a rate is counted over. */
  readonly timeUnit: number;
  /** Users that are there from the start. */
  readonly preAllocatedVUs: number;
  /** Most users. */
  readonly maxVUs: number;
  /** An arrival that finds all users busy is dropped and counted, or waits for one; the wait is in its response time. */
  readonly whenBusy: 'drop' | 'wait';
  /** `even`: equal distances; `poisson`: independent arrivals, as from many people who do not know of each other. */
  readonly spacing: 'even' | 'poisson';
  /** `precise`: timer, then spin, which takes a core; `economy`: a tick of 1 ms, so starts are up to 1 ms late. */
  readonly timing: 'precise' | 'economy';
}

/** Iterations that start at a rate, whether earlier ones have ended or not. */
export interface ConstantArrivalRateLoad extends ArrivalLoad {
  readonly executor: 'constant-arrival-rate';
  /** Arrivals per `timeUnit`. */
  readonly rate: number;
  readonly duration: number;
}

/** Iterations that start at a rate that follows stages. */
export interface RampingArrivalRateLoad extends ArrivalLoad {
  readonly executor: 'ramping-arrival-rate';
  readonly startRate: number;
  readonly stages: readonly LoadStage[];
}

/**
 * Arrivals in steps, in search of the greatest rate at which the thresholds are met. Whoever leads the run says the rate
 * of each step by a change; a step ends by itself, so that an engine that hears nothing more starts nothing more.
 */
export interface FindCapacityLoad extends ArrivalLoad {
  readonly executor: 'find-capacity';
  /** Arrivals per `timeUnit` in the first step. */
  readonly startRate: number;
  /** Arrivals per `timeUnit` that no step goes beyond. */
  readonly maxRate: number;
  /** Relative width of the gap, between what was held and what was not, at which the search ends. */
  readonly precision: number;
  readonly maxSteps: number;
  /** Seconds of a step. */
  readonly stepDuration: number;
  /** Seconds without load between steps, at least. */
  readonly coolDown: number;
}

/** A number of users that is changed by hand while it runs. */
export interface ExternallyControlledLoad extends CommonLoad {
  readonly executor: 'externally-controlled';
  readonly vus: number;
  readonly maxVUs: number;
  /** Seconds; 0 means until the run is stopped. */
  readonly duration: number;
}

/** A change by hand of one scenario that runs. What is undefined stays. */
export interface ScenarioChange {
  readonly name: string;
  /** Users, for `constant-vus` and `externally-controlled`. */
  readonly vus?: number | undefined;
  /** Arrivals per `timeUnit`, for `constant-arrival-rate`. */
  readonly rate?: number | undefined;
}
