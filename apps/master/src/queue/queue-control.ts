import type {
  CreateRunBody,
  CreateScheduleBody,
  DesiredWorkersView,
  QueueView,
  RunView,
  ScheduleView,
} from '@loadstar/shared';

/** What the faces of the master may ask of the queue. */
export abstract class QueueControl {
  /**
   * Queues a run by its `queue` wishes; a body without them waits as anybody does.
   * @throws LoadstarError QUEUE_UNAVAILABLE, QUEUE_FULL, SCENARIO_*, INVALID_*, TARGET_BLOCKED, USER_CEILING, RATE_CEILING
   */
  abstract enqueue(request: CreateRunBody, owner: string): Promise<RunView>;
  abstract view(): QueueView;
  /** The first of those that wait, in the order of `view`. */
  abstract waiting(most: number): RunView[];
  /** A run with its place in the queue, null for one that was started at once. */
  abstract placed(run: RunView): RunView;
  abstract placedAll(runs: readonly RunView[]): RunView[];
  abstract desired(): DesiredWorkersView;
  /** Runs that wait, by whether their time has come. */
  abstract counts(): { due: number; delayed: number };
  abstract readonly isAvailable: boolean;

  /** Whether no queued run may begin. */
  abstract readonly isHeld: boolean;
  /**
   * Holds the queue at once; resolves when the next master would hold it, too. What waits keeps its place.
   * @throws LoadstarError STORE_UNAVAILABLE when only this master holds it
   */
  abstract hold(): Promise<void>;
  /** Gives turns again. @throws LoadstarError STORE_UNAVAILABLE; it is held then as before */
  abstract release(): Promise<void>;

  abstract schedules(): ScheduleView[];
  /** @throws LoadstarError NOT_FOUND */
  abstract schedule(id: string): ScheduleView;
  /** @throws LoadstarError INVALID_INPUT, and as `enqueue` */
  abstract addSchedule(body: CreateScheduleBody, owner: string): Promise<ScheduleView>;
  /** @throws LoadstarError NOT_FOUND */
  abstract removeSchedule(id: string): Promise<void>;
}
