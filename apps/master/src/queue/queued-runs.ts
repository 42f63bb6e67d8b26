/**
 * What the queue needs of runs and workers. The record of a run says that it waits and what for; so nothing is lost
 * with the queue, and nothing is begun twice, whoever is told to begin it how often.
 */
import type { CreateRunBody, RunState } from '@loadstar/shared';
import type { QueueTicket, WorkerLabels } from './queue-ticket.js';
import type { PoolWorker } from './take-turns.js';
import type { Demand } from './workers-desired.js';

/** How a run wants to wait. */
export interface QueueWish {
  readonly owner: string;
  /** -100..100; higher goes first. */
  readonly priority: number;
  /** Wall-clock time before which it has no turn, milliseconds since 1970; undefined for at once. */
  readonly notBeforeMs: number | undefined;
  /** Workers that have to be free at the least, 1 or more. */
  readonly minWorkers: number;
  readonly labels: WorkerLabels;
  /** Schedule that asked for it; undefined for a person or a program. */
  readonly scheduleId: string | undefined;
}

export abstract class QueuedRuns {
  /** @throws LoadstarError of what is wrong with a request, as far as that can be told without a worker */
  abstract check(request: CreateRunBody): Promise<void>;
  /**
   * Makes the record of a run that waits; one that is there already stays as it is.
   * @throws LoadstarError of what is wrong with the request, as far as that can be told without a worker
   */
  abstract add(id: string, request: CreateRunBody, wish: QueueWish): Promise<void>;
  /** Runs that wait for their turn. */
  abstract waiting(): QueueTicket[];
  /** How a run waits, or waited; undefined for one that was started at once, or that nobody knows. */
  abstract wish(id: string): QueueWish | undefined;
  /** undefined for a run that nobody knows. */
  abstract state(id: string): RunState | undefined;
  /** Newest run that a schedule has asked for. */
  abstract latestOf(scheduleId: string): { id: string; state: RunState } | undefined;
  /**
   * Begins a waiting run; of one that has begun or ended it is harmless. Resolves when it is under load, or is over.
   * @param workers those that it may take
   * @throws LoadstarError why not; then it waits still, or has failed, as its record says
   */
  abstract begin(id: string, workers: readonly string[]): Promise<void>;
  /** Ends a run that waits. */
  abstract giveUp(id: string, reason: string): Promise<void>;
  /** Resolves when the run is over in any way, at once when it is or when nobody knows it. */
  abstract ended(id: string): Promise<void>;
  /** Wall-clock time at which each owner had a turn last, milliseconds since 1970. */
  abstract lastTurns(): Map<string, number>;
  /** What the runs that have workers ask of them. */
  abstract active(): Demand[];
  /** Users that a waiting run asks for; undefined while a shape decides. */
  abstract usersOf(id: string): number | undefined;
  /** All workers that could be given to a run now or later. */
  abstract workers(): PoolWorker[];
  /** Calls when a run or a worker has changed in a way that may give somebody a turn. */
  abstract onChange(listener: () => void): void;
}
