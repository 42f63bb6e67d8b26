import type { ParameterValue } from './parameters.js';
import type { ScenarioChange, ScenariosLoad } from './scenario-load.js';

/**
 * The plan of a run: everything an engine needs to generate its part of the load without asking anybody again. It is
 * plain data, so that it can be sent, stored, compared and signed.
 */
export interface RunPlan {
  readonly runId: string;
  /** File name of the scenario, for people; the bundle is found by its hash. */
  readonly scenario: string;
  readonly bundleHash: string;
  /** Base URL that relative paths are resolved against. */
  readonly host: string;
  /** Equal seeds give equal choices, whatever the number of workers. */
  readonly seed: string;
  readonly load: LoadPlan;
  /** User classes to run, by name; empty means all that the scenario exports. */
  readonly userClasses: readonly string[];
  /** Weights that replace the scenario's own, by user class. */
  readonly classWeights: Readonly<Record<string, number>>;
  /** Time that iterations may take to end after a stop, in milliseconds; what is left then is interrupted. */
  readonly stopTimeoutMs: number;
  /**
   * Whether every request carries `x-loadstar-run`, `x-loadstar-worker` and `x-loadstar-sequence`, so that a witness on
   * the far side can testify. Off by default: it costs bytes and a string per request.
   */
  readonly identify: boolean;
  /**
   * Every request carries a `traceparent` (W3C Trace Context), and for this share of them, 0..1, it asks the far side to
   * record the trace. Left out: no such field, at no cost.
   */
  readonly traceSampling?: number | undefined;
  /** Values of the scenario's parameters by name; those that are left out have their defaults. */
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
  readonly limits: PlanLimits;
}

/** Bounds that hold whatever a scenario, a shape or a later change asks for. */
export interface PlanLimits {
  /** Most users of the whole run at any moment. */
  readonly maxUsers: number;
  /** Most arrivals per second of all open scenarios together at any moment; left out: any. */
  readonly maxRate?: number | undefined;
  /**
   * Host names, addresses or CIDR blocks that may be connected to, checked on the resolved address at connect time; an
   * empty list allows everything except what is always refused (link-local and metadata addresses).
   */
  readonly allowedTargets: readonly string[];
}

/** What the load follows: a number of users, a shape that the scenario file defines, or scenarios with their executors. */
export type LoadPlan = UsersLoad | ShapeLoad | ScenariosLoad;

export interface UsersLoad {
  readonly kind: 'users';
  /** Users of the whole run. */
  readonly users: number;
  /** Users started (or ended) per second in the whole run, above 0. */
  readonly spawnRate: number;
  /** Milliseconds from the start after which the run stops by itself; undefined runs until stopped. */
  readonly runTimeMs: number | undefined;
}

export interface ShapeLoad {
  readonly kind: 'shape';
  /** Name of the exported `LoadTestShape` class. */
  readonly shape: string;
  readonly runTimeMs: number | undefined;
}

/** A change of a running load, taken up by every engine at the same moment of the run. */
export interface LoadChange {
  /** Milliseconds since the run's start from which the change holds. */
  readonly atMs: number;
  readonly users: number;
  readonly spawnRate: number;
  /** Restarts the countdown: the run stops this many milliseconds after `atMs`. undefined keeps what was planned. */
  readonly runTimeMs: number | undefined;
  /** New selection of user classes; undefined keeps the one in force. */
  readonly userClasses: readonly string[] | undefined;
  readonly classWeights: Readonly<Record<string, number>> | undefined;
  /** Whether users stand still from now on: nobody begins anything, and everybody keeps their place. undefined: as it is. */
  readonly paused?: boolean | undefined;
  /** Tasks that users of a class do from now on, by class; those of a class that is not named here stay as they are. */
  readonly tasks?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Changes of scenarios by name, where the load has scenarios; `users` and `spawnRate` mean nothing then. */
  readonly scenarios?: readonly ScenarioChange[] | undefined;
}

/**
 * Which part of the whole belongs to one holder: of every user and every arrival number k, those with
 * `k mod of === index`. The shares 0..of-1 of one plan leave no gap and no overlap.
 */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** How much of `total` items falls to a share; the shares of one plan add up to `total` and differ by one at most. */
export function shareOf(total: number, { index, of }: Share): number {
  return total <= index ? 0 : Math.floor((total - 1 - index) / of) + 1;
}

/** The share of one part (such as an engine) of a holder (such as its worker): shares nest without gap or overlap. */
export function subShare(outer: Share, inner: Share): Share {
  return { index: outer.index + inner.index * outer.of, of: outer.of * inner.of };
}
