/** What the queue knows of a run that waits for its turn. Plain data; it is kept with the run's record. */

/** Labels that a worker must carry, each with this value; none means any worker. */
export type WorkerLabels = Readonly<Record<string, string>>;

export interface QueueTicket {
  /** Id of the run. */
  readonly id: string;
  /** Whose run it is; turns go round between owners. */
  readonly owner: string;
  /** -100..100; higher goes first. */
  readonly priority: number;
  /** Wall-clock time before which it has no turn, milliseconds since 1970; undefined for at once. */
  readonly notBeforeMs: number | undefined;
  /** Workers that have to be free at the least, 1 or more. */
  readonly minWorkers: number;
  readonly labels: WorkerLabels;
  /** Wall-clock time at which it was asked for; of equals the older goes first. */
  readonly createdAtMs: number;
}

export const lowestPriority = -100;
export const highestPriority = 100;
export const defaultPriority = 0;

/** Whether a worker may run what asks for these labels. */
export function carries(worker: WorkerLabels, wanted: WorkerLabels): boolean {
  return Object.entries(wanted).every(([name, value]) => worker[name] === value);
}
