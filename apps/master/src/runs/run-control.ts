import type {
  CreateRunBody,
  RunView,
  ScenarioDescription,
  ScenarioView,
  SeriesPoint,
  StatsView,
  WorkerView,
} from '@loadstar/shared';
import type { RunStats, RunSummary } from '@loadstar/stats';

/** A change that a user asks of a running test; what is left out stays as it is. */
export interface RunAdjustment {
  users?: number;
  spawnRate?: number;
  /** Seconds from now after which the run stops by itself. */
  runTimeSeconds?: number;
  userClasses?: string[];
  classWeights?: Record<string, number>;
}

/**
 * What every face of the master (Locust routes, `/api/v1`, live feed, metrics) may ask of the control plane. Faces know
 * this class and nothing behind it. A `runId` left out means the active run, or else the latest one.
 */
export abstract class RunControl {
  /**
   * Starts a run. Nothing is started anywhere unless everything can be.
   * @throws LoadstarError NO_WORKERS, RUN_ACTIVE, SCENARIO_*, INVALID_HOST, TARGET_BLOCKED, USER_CEILING, PREPARE_FAILED, START_BARRIER
   */
  abstract create(request: CreateRunBody): Promise<RunView>;
  /** @throws LoadstarError NOT_FOUND, RUN_NOT_ACTIVE, USER_CEILING */
  abstract adjust(runId: string, change: RunAdjustment): Promise<RunView>;
  /** Begins the stop and returns at once; the state goes `stopping`, then `finished`. Harmless when it has ended. */
  abstract stop(runId: string, reason: string): Promise<RunView>;
  /** Forgets a run that has ended. @throws LoadstarError NOT_FOUND, RUN_ACTIVE */
  abstract remove(runId: string): Promise<void>;
  /** Counts from here on; users and the run itself go on. */
  abstract resetStats(runId?: string): void;

  /**
   * Brings the numbers of a run that ended long ago into memory, where the methods below look for them.
   * @throws LoadstarError NOT_FOUND, STORE_UNAVAILABLE
   */
  load(_runId: string): Promise<void> {
    return Promise.resolve();
  }

  /** The active run, or else the latest, or else null. */
  abstract current(): RunView | null;
  abstract list(): RunView[];
  /** @throws LoadstarError NOT_FOUND */
  abstract get(runId: string): RunView;
  abstract stats(runId?: string): StatsView;
  /** Merged numbers since the start or the last reset. */
  abstract runStats(runId?: string): RunStats;
  abstract summary(runId?: string): RunSummary;
  abstract series(runId?: string, fromSecond?: number): SeriesPoint[];
  /** What the scenario of the run declares; null before a worker has looked at it. */
  abstract description(runId?: string): ScenarioDescription | null;
  abstract scenarios(): ScenarioView[];
  /** Name of the scenario that a start without one uses. */
  abstract readonly defaultScenario: string;
}

/** What the faces may ask about workers. */
export abstract class FleetView {
  abstract workers(): WorkerView[];
  /** Last log lines, newest last, at most 500 a node. */
  abstract logs(): { master: string[]; workers: Record<string, string[]> };
}
