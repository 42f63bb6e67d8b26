import type { LoadChange, LoadPlan, Share } from '@loadstar/shared';

/**
 * The strategy that follows a load. One file each, found by name in the registry; the engine knows no strategy. An
 * executor only decides; what it decides is carried out through `LoadTarget`, so that it can be tested without users.
 */
export interface Executor {
  /**
   * Brings the load to where it has to be now. Called at every control tick, in growing order of time.
   * @param elapsedMs milliseconds since the start of the run
   */
  advance(elapsedMs: number): void;
  /** A change by hand of the running load. */
  change(change: LoadChange): void;
  /** This engine's part of the whole has changed at `atMs`. */
  reshare(share: Share, atMs: number): void;
  readonly status: ExecutorStatus;
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
}

/** What an executor may do to the engine. Open loads will add the start of one arrival at its intended time. */
export interface LoadTarget {
  /**
   * Sets how many users this engine runs.
   * @param swapsPerSecond how many of them may change class, when the wanted classes differ at equal number
   */
  setUsers(count: number, elapsedMs: number, swapsPerSecond: number): void;
  /** Replaces the share that user numbers are taken from. */
  setShare(share: Share): void;
  select(selection: ClassSelection): void;
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
  readonly load: LoadPlan;
  readonly share: Share;
  /** Milliseconds since the start of the run at which this engine begins; above 0 for a late joiner. */
  readonly startMs: number;
  /** Most users of the whole run, whatever is asked for. */
  readonly maxUsers: number;
  readonly target: LoadTarget;
  /** A new instance of a shape; throws LoadstarError NOT_FOUND when the scenario exports none of that name. */
  readonly shape: (name: string) => ShapeTicker;
}

export type ExecutorFactory = (context: ExecutorContext) => Executor;
