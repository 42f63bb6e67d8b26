import type { LoadChange, ScenarioLoad, Share, ShapeLoad, UsersLoad } from '@loadstar/shared';
import type { TaskChoice } from '../arrival-tasks.js';

/** What one executor follows: the whole load of a run, or one scenario of it. */
export type ExecutorLoad = UsersLoad | ShapeLoad | ScenarioLoad;

/**
 * The strategy that follows a load. One file each, found by name in the registry; the engine knows no strategy. An
 * executor only decides; what it decides is carried out through its targets, so that it can be tested without users. All
 * its times count from its own start: that of the run, or that of its scenario.
 */
export interface Executor {
  /**
   * Brings the load to where it has to be now. Called at every control tick, in growing order of time.
   * @param elapsedMs milliseconds since the start
   */
  advance(elapsedMs: number): void;
  /** A change by hand of the running load. */
  change(change: LoadChange): void;
  /** This engine's part of the whole has changed at `atMs`. */
  reshare(share: Share, atMs: number): void;
  readonly status: ExecutorStatus;
  /** What an open executor has to start and when; undefined for one that keeps users. */
  readonly arrivals?: ArrivalSource;
}

export interface ExecutorStatus {
  /** Users that the whole run moves to. */
  readonly targetUsers: number;
  /** Users that this engine moves to: its share of them. */
  readonly ownTarget: number;
  /** Users per second of the whole run. */
  readonly spawnRate: number;
  /** `spawning` while this engine's users are not yet those it moves to. */
  readonly phase: 'spawning' | 'running';
  /** Why the load is at its end; undefined while it goes on. */
  readonly ended: string | undefined;
}

/** A change of which user classes run, and with what weights; what is undefined stays as it is. */
export interface ClassSelection {
  /** Names; empty means all. */
  readonly userClasses: readonly string[] | undefined;
  /** Weights that replace the scenario's own, by name. */
  readonly classWeights: Readonly<Record<string, number>> | undefined;
  /** Tasks that users of a class do, by class. */
  readonly tasks?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** How many iterations users may start: together, or each. */
export type IterationLimit = { readonly together: number } | { readonly each: number };

/** What an executor that keeps users may do to the engine. */
export interface LoadTarget {
  /** Users that run now. */
  readonly users: number;
  /**
   * Sets how many users this engine runs.
   * @param swapsPerSecond how many of them may change class, when the wanted classes differ at equal number
   */
  setUsers(count: number, elapsedMs: number, swapsPerSecond: number): void;
  /** Bounds the iterations of users that start from now on; a user whose iterations are used up ends. */
  limitIterations(limit: IterationLimit): void;
  /** Replaces the share that user numbers are taken from. */
  setShare(share: Share): void;
  select(selection: ClassSelection): void;
}

/** One arrival that is due. */
export interface Arrival {
  /** Number in the whole scenario. */
  readonly number: number;
  /** Milliseconds from the start of the scenario. */
  readonly dueMs: number;
  readonly choice: TaskChoice;
}

/** What an open executor may do to the engine. */
export interface ArrivalTarget {
  /** Starts the arrival with a free user or a new one; without either it is dropped and counted. */
  arrive(arrival: Arrival): void;
  /** Counts an arrival that was due and can not be started any more. */
  drop(): void;
  setShare(share: Share): void;
}

/** What the arrival pump asks. */
export interface ArrivalSource {
  readonly timing: 'precise' | 'economy';
  /** When this engine's next arrival is due, milliseconds from the start; Infinity when there is none. */
  readonly nextMs: number;
  /**
   * Starts what is due.
   * @param most arrivals at most, so that answers are read in between
   */
  take(elapsedMs: number, most: number): void;
  /** Ends the load: what is due by now and was not started is dropped. */
  close(elapsedMs: number): void;
}

/** What a shape asks for at one second of the run. */
export interface ShapeAim {
  readonly users: number;
  readonly spawnRate: number;
  /** User classes to run from now on; undefined means all. */
  readonly userClasses: readonly string[] | undefined;
}

/** One instance of a scenario's shape: asked once for every whole second, null ends the run. */
export type ShapeTicker = (elapsedSeconds: number) => ShapeAim | null;

export interface ExecutorContext {
  readonly share: Share;
  /** Milliseconds since the start at which this engine begins; above 0 for a late joiner. */
  readonly startMs: number;
  /** Most users of the whole run, whatever is asked for. */
  readonly maxUsers: number;
  /** Most arrivals per second of the whole run, whatever a change asks for; left out: any. */
  readonly maxRate?: number | undefined;
  /** Seed of the run and of this load in it. */
  readonly seed: string;
  readonly target: LoadTarget;
  readonly arrivals: ArrivalTarget;
  /** The task of the next arrival; asked once for every arrival of the whole run, in order. */
  readonly nextTask: () => TaskChoice;
  /** A new instance of a shape; throws LoadstarError NOT_FOUND when the scenario exports none of that name. */
  readonly shape: (name: string) => ShapeTicker;
}

export type ExecutorFactory = (context: ExecutorContext) => Executor;
