/** The port behind which schedules are kept, and its home in memory. */
import type { CreateRunBody } from '@loadstar/shared';

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly owner: string;
  readonly run: CreateRunBody;
  /** Wall-clock times, milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Last time that has come; undefined before the first. */
  readonly lastAtMs: number | undefined;
  readonly lastRunId: string | undefined;
  /** Why no run was queued at the last time. */
  readonly problem: string | undefined;
}

export abstract class ScheduleStore {
  /** Adds a schedule, or replaces the one of this id. */
  abstract put(schedule: Schedule): Promise<void>;
  /** Oldest first. */
  abstract list(): Promise<Schedule[]>;
  abstract remove(id: string): Promise<void>;
}

export class MemoryScheduleStore extends ScheduleStore {
  private readonly schedules = new Map<string, Schedule>();

  put(schedule: Schedule): Promise<void> {
    this.schedules.set(schedule.id, structuredClone(schedule));
    return Promise.resolve();
  }

  list(): Promise<Schedule[]> {
    const byAge = [...this.schedules.values()].sort((a, b) => a.createdAtMs - b.createdAtMs);
    return Promise.resolve(structuredClone(byAge));
  }

  remove(id: string): Promise<void> {
    this.schedules.delete(id);
    return Promise.resolve();
  }
}
