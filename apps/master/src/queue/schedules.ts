/**
 * Runs that are queued again and again. A time that comes makes a run whose id follows from schedule and time, so the
 * same time told twice, by whatever, is one run. A time that was missed for long is not made up; and nothing is queued
 * while the run of an earlier time still waits, or a busy fleet would wake up to a pile of them.
 */
import { createHash } from 'node:crypto';
import { type Clock, type CreateRunBody, LoadstarError, type Logger, newId } from '@loadstar/shared';
import { checkSchedule, nextTime } from './cron.js';
import type { QueuePort } from './queue-port.js';
import type { QueueWish } from './queued-runs.js';
import type { Schedule, ScheduleStore } from './schedule-store.js';

export interface SchedulesParts {
  readonly store: ScheduleStore;
  readonly port: QueuePort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly enqueue: (request: CreateRunBody, wish: QueueWish, id: string) => Promise<unknown>;
  readonly wishOf: (request: CreateRunBody, owner: string, scheduleId: string) => QueueWish;
  /** @throws LoadstarError of what is wrong with a request */
  readonly check: (request: CreateRunBody) => Promise<void>;
  /** Whether the newest run of a schedule waits still, and is not the one of this id. */
  readonly stillWaits: (scheduleId: string, id: string) => boolean;
}

/** A time that comes later than this is left out, milliseconds. */
const latestMs = 60_000;
const mostSchedules = 1_000;

export class Schedules {
  private readonly byId = new Map<string, Schedule>();
  private isOpen = false;

  constructor(private readonly parts: SchedulesParts) {
    parts.port.onAvailable(() => void this.tellPort());
  }

  async open(): Promise<void> {
    for (const schedule of await this.parts.store.list()) this.byId.set(schedule.id, schedule);
    this.isOpen = true;
    await this.tellPort();
  }

  close(): void {
    this.isOpen = false;
  }

  list(): Schedule[] {
    return [...this.byId.values()];
  }

  /** @throws LoadstarError NOT_FOUND */
  get(id: string): Schedule {
    const schedule = this.byId.get(id);
    if (!schedule) throw new LoadstarError('NOT_FOUND', { what: 'schedule', id });
    return schedule;
  }

  /** The next time of a schedule, milliseconds since 1970. */
  nextMs({ cron, timeZone }: Schedule): number | undefined {
    return nextTime(cron, timeZone, this.parts.clock.wallMs());
  }

  /** @throws LoadstarError INVALID_INPUT, QUEUE_FULL, QUEUE_UNAVAILABLE, or what is wrong with the run */
  async add(wanted: Pick<Schedule, 'name' | 'cron' | 'timeZone' | 'owner' | 'run'>): Promise<Schedule> {
    const { store, port, clock, check } = this.parts;
    checkSchedule(wanted.cron, wanted.timeZone, clock.wallMs());
    await check(wanted.run);
    if (this.byId.size >= mostSchedules) throw new LoadstarError('QUEUE_FULL', { limit: mostSchedules });
    if (!port.isAvailable) throw new LoadstarError('QUEUE_UNAVAILABLE');
    const nothingYet = { lastAtMs: undefined, lastRunId: undefined, problem: undefined };
    const schedule: Schedule = { ...wanted, ...nothingYet, id: newId(), createdAtMs: Math.round(clock.wallMs()) };
    await this.keep(schedule);
    try {
      await port.schedule(schedule);
    } catch (error) {
      await store.remove(schedule.id);
      this.byId.delete(schedule.id);
      throw error;
    }
    return schedule;
  }

  /** Runs that it has queued stay. @throws LoadstarError NOT_FOUND */
  async remove(id: string): Promise<void> {
    this.get(id);
    await this.parts.store.remove(id);
    this.byId.delete(id);
    // The store has the say: a job of a schedule that is gone does nothing, and is taken away when it comes.
    await this.parts.port.unschedule(id).catch(() => {});
  }

  /** A time has come. @throws LoadstarError when it may work later, so that it is told again */
  async due(id: string, atMs: number): Promise<void> {
    const { port, clock, logger, enqueue, wishOf, stillWaits } = this.parts;
    const schedule = this.byId.get(id);
    if (!schedule) return port.unschedule(id);
    const runId = runIdOf(id, atMs);
    const lateMs = clock.wallMs() - atMs;
    let problem: string | undefined;
    if (lateMs > latestMs) problem = `its time was missed by ${Math.round(lateMs / 1000)} s`;
    else if (stillWaits(id, runId)) problem = 'the run of an earlier time was still waiting';
    else {
      try {
        await enqueue(schedule.run, wishOf(schedule.run, schedule.owner, id), runId);
      } catch (error) {
        if (!(error instanceof LoadstarError) || error.entry.retryable) throw error;
        problem = error.message;
      }
    }
    if (problem !== undefined)
      logger.warn({ schedule: id, problem }, 'a schedule’s time has come, and no run was queued');
    const lastRunId = problem === undefined ? runId : schedule.lastRunId;
    if (this.byId.has(id)) await this.keep({ ...schedule, lastAtMs: atMs, lastRunId, problem });
  }

  private async keep(schedule: Schedule): Promise<void> {
    await this.parts.store.put(schedule);
    this.byId.set(schedule.id, schedule);
  }

  /** Makes the job store's schedules what they should be. */
  private async tellPort(): Promise<void> {
    const { port, logger } = this.parts;
    // Before the store was read, every schedule would look like one that is gone.
    if (!port.isAvailable || !this.isOpen) return;
    try {
      const known = new Set(await port.schedules());
      for (const schedule of this.byId.values()) if (!known.has(schedule.id)) await port.schedule(schedule);
      for (const id of known) if (!this.byId.has(id)) await port.unschedule(id);
    } catch (error) {
      logger.warn({ err: error }, 'the queue is out of reach; schedules follow when it is back');
    }
  }
}

/** Long enough that two never meet, short enough for a table. */
function runIdOf(scheduleId: string, atMs: number): string {
  return createHash('sha256').update(`${scheduleId} ${atMs}`).digest('hex').slice(0, 16);
}
