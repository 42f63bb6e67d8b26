import type { RunDetails } from '@loadstar/report';
import {
  type CreateRunBody,
  LoadstarError,
  type PlannedLoad,
  type RunEvent,
  type RunView,
  type ScenarioChange,
  type ScenarioDescription,
  type ScenarioView,
  type SeriesPoint,
  type StatsView,
  type WorkerView,
} from '@loadstar/shared';
import type { RunStats, RunSummary, SeriesStretch } from '@loadstar/stats';
import { TraceExampleShelf } from '../telemetry/trace-examples.js';
import { type Comparer, compareHere } from './comparer.js';

/** A change that a user asks of a running test; what is left out stays as it is. */
export interface RunAdjustment {
  users?: number;
  spawnRate?: number;
  /** Seconds from now after which the run stops by itself. */
  runTimeSeconds?: number;
  userClasses?: string[];
  classWeights?: Record<string, number>;
  /** Tasks that users of a class do from now on, by class, of those of the class itself. */
  tasks?: Record<string, string[]>;
  /** Of a run whose load is scenarios: those that change, by name. */
  scenarios?: ScenarioChange[];
}

/** What people write to a run; what is left out stays. */
export interface RunAnnotation {
  notes?: string;
  tags?: string[];
}

/** What a stop of everything came to. */
export interface StoppedRuns {
  /** As they are now, newest first. */
  readonly runs: readonly RunView[];
  /** Ids of starts that were called off before there was a run to show. */
  readonly calledOff: readonly string[];
}

/** Runs that others are compared with, by name. */
export interface NamedBaselines {
  /** By name. */
  list(): RunView[];
  /**
   * Id of the run that is meant by the name of a baseline, or by the id of a run that has ended.
   * @throws LoadstarError INVALID_INPUT
   */
  resolve(wanted: string): string;
  /** Gives a run that has ended the name, and takes it from the run that had it. @throws LoadstarError NOT_FOUND, INVALID_INPUT */
  put(name: string, runId: string): Promise<RunView>;
  /** @throws LoadstarError NOT_FOUND */
  remove(name: string): Promise<void>;
}

const noBaselines: NamedBaselines = {
  list: () => [],
  resolve: (wanted) => wanted,
  put: (_name, id) => Promise.reject(new LoadstarError('NOT_FOUND', { what: 'run', id })),
  remove: (id) => Promise.reject(new LoadstarError('NOT_FOUND', { what: 'baseline', id })),
};

/**
 * What every face of the master (Locust routes, `/api/v1`, live feed, metrics) may ask of the control plane. Faces know
 * this class and nothing behind it. A `runId` left out means the active run, or else the latest one.
 */
export abstract class RunControl {
  /**
   * Starts a run. Nothing is started anywhere unless everything can be.
   * @throws LoadstarError NO_WORKERS, RUN_ACTIVE, SCENARIO_*, INVALID_HOST, TARGET_BLOCKED, USER_CEILING, RATE_CEILING, PREPARE_FAILED, START_BARRIER
   */
  abstract create(request: CreateRunBody): Promise<RunView>;
  /**
   * What such a run would ask for over time. Starts nothing and needs no worker.
   * @throws LoadstarError SCENARIO_NOT_FOUND, INVALID_INPUT, USER_CEILING, RATE_CEILING
   */
  abstract planned(request: CreateRunBody): PlannedLoad;
  /** @throws LoadstarError NOT_FOUND, RUN_NOT_ACTIVE, USER_CEILING, RATE_CEILING */
  abstract adjust(runId: string, change: RunAdjustment): Promise<RunView>;
  /**
   * Users stand still where they are, or go on; a newcomer keeps to it. Asked for twice it is harmless.
   * @throws LoadstarError NOT_FOUND, RUN_NOT_ACTIVE
   */
  abstract pause(runId: string, paused: boolean): Promise<RunView>;
  /** Of any run, also of one that has ended. @throws LoadstarError NOT_FOUND */
  abstract annotate(runId: string, annotation: RunAnnotation): Promise<RunView>;
  /**
   * Begins the stop and returns at once; the state goes `stopping`, then `finished`. Harmless when it has ended.
   * @param graceMs time that iterations may take to end, also shortens a stop that has begun; left out, as planned
   */
  abstract stop(runId: string, reason: string, graceMs?: number): Promise<RunView>;
  /**
   * Begins the stop of every active run, and calls off every start that is under way; the queue is not touched. One that
   * cannot be stopped keeps none of the others.
   * @param graceMs as in `stop`
   */
  abstract stopAll(reason: string, graceMs?: number): Promise<StoppedRuns>;
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

  /** Runs that others are compared with. */
  readonly baselines: NamedBaselines = noBaselines;

  /** Compares runs, away from whoever listens to workers where that can be. */
  readonly compare: Comparer = compareHere;

  /** What a report says beyond the summary: time slices and all numbers. */
  details(_runId: string): RunDetails {
    return {};
  }

  /** Snapshots that did not count since this master began, by reason. */
  discarded(): Readonly<Record<string, number>> {
    return {};
  }

  /** The active run, or else the latest that did not just leave the queue, or else null. */
  abstract current(): RunView | null;
  /**
   * Newest first. @param before id of a run: those older than it; left out, the newest of all
   * @throws LoadstarError NOT_FOUND when there is no run of this id
   */
  abstract list(limit?: number, before?: string): RunView[];
  /** Runs that have workers or are about to, newest first. */
  abstract active(): RunView[];
  /** @throws LoadstarError NOT_FOUND */
  abstract get(runId: string): RunView;
  abstract stats(runId?: string): StatsView;
  /** What happened to the run, oldest first. @param from number of the first one wanted, 0 for all */
  abstract events(runId?: string, from?: number): RunEvent[];
  /** Response times of the last ten whole seconds; null without a request in them. */
  abstract recent(runId?: string): Pick<SeriesPoint, 'p50Ms' | 'p95Ms' | 'p99Ms'>;
  /** Merged numbers since the start or the last reset. */
  abstract runStats(runId?: string): RunStats;
  abstract summary(runId?: string): RunSummary;
  /** Second by second unless `stretch` says otherwise: of a long run a lot. */
  abstract series(runId?: string, fromSecond?: number, stretch?: SeriesStretch): SeriesPoint[];
  /** The whole run in about 2,000 points at most, the newest of them seconds. */
  abstract overview(runId?: string): SeriesPoint[];
  /** What the scenario of the run declares; null before a worker has looked at it. */
  abstract description(runId?: string): ScenarioDescription | null;
  abstract scenarios(): ScenarioView[];
  /** Name of the scenario that a start without one uses. */
  abstract readonly defaultScenario: string;
}

/** What the faces may ask about workers. */
export abstract class FleetView {
  /** Requests with a trace, as workers told of them. */
  readonly examples = new TraceExampleShelf();
  abstract workers(): WorkerView[];
  /** Last log lines, newest last, at most 500 a node. */
  abstract logs(): { master: string[]; workers: Record<string, string[]> };
}
