/**
 * The port behind which jobs wait. A job says "see this run through", no more: what the run is stands in its record, so
 * a job may be lost, repeated or late without harm. Two adapters, in this process and on Redis; one suite tests both.
 */

export interface QueueJob {
  /** Id of the run, and of the job: a second job of the same id is the same job. */
  readonly id: string;
  /** -100..100; higher is handed out first. */
  readonly priority: number;
  /** Wall-clock time before which it is not handed out, milliseconds since 1970. */
  readonly notBeforeMs?: number | undefined;
}

/** delayed: its time has not come · waiting: nobody has it yet · held: the consumer sees its run through */
export type JobState = 'delayed' | 'waiting' | 'held';

export interface HeldJob extends QueueJob {
  readonly state: JobState;
}

/** A time table; a job store keeps it and calls when a time has come. */
export interface QueueSchedule {
  readonly id: string;
  /** Five fields, or six beginning with seconds. */
  readonly cron: string;
  /** IANA name, such as Europe/Berlin. */
  readonly timeZone: string;
}

export interface QueueConsumer {
  /**
   * Sees a run through; resolves when it has ended. May be called again for a job that it already has, and then waits
   * for the same end. A rejection hands the job out again after a pause.
   */
  see(id: string): Promise<void>;
  /** A time of a schedule has come; may be called again for the same time. */
  due(scheduleId: string, atMs: number): Promise<void>;
}

export abstract class QueuePort {
  /** What holds the jobs, for people. */
  abstract readonly kind: 'in-process' | 'redis';
  /** Whether a job can be added now. */
  abstract readonly isAvailable: boolean;

  /** Hands out jobs from now on: at once those that wait, by priority and then by age. Does not wait for a store that is away. */
  abstract open(consumer: QueueConsumer): Promise<void>;
  /** Calls whenever jobs can be added after a time in which they could not; what should be in the store may then be missing. */
  abstract onAvailable(listener: () => void): void;

  /** @throws LoadstarError QUEUE_UNAVAILABLE; it is then unknown whether the job was added */
  abstract enqueue(job: QueueJob): Promise<void>;
  /**
   * Takes a job out that nobody has yet; a held one is left to its consumer, who ends it by resolving.
   * @throws LoadstarError QUEUE_UNAVAILABLE
   */
  abstract cancel(id: string): Promise<void>;
  /** In the order in which they are handed out, held ones first. @throws LoadstarError QUEUE_UNAVAILABLE */
  abstract list(): Promise<HeldJob[]>;

  /** Adds or replaces a schedule. @throws LoadstarError QUEUE_UNAVAILABLE */
  abstract schedule(schedule: QueueSchedule): Promise<void>;
  /** @throws LoadstarError QUEUE_UNAVAILABLE */
  abstract unschedule(id: string): Promise<void>;
  /** Ids. @throws LoadstarError QUEUE_UNAVAILABLE */
  abstract schedules(): Promise<string[]>;

  /** Hands held jobs back, so that another master gets them at once, and calls nobody any more. */
  abstract close(): Promise<void>;
}

/** Pause before a job is handed out again that its consumer failed at, doubled each time, milliseconds. */
export const firstRetryMs = 1_000;
/** How often a job is handed out before it is given up; the run's record still says that it waits, so it comes again. */
export const attempts = 5;
