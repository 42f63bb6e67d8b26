/**
 * Jobs in this process, for an installation without Redis. Nothing outlives the process here; the records of the runs
 * do, and whoever owns them adds the jobs again after a start.
 */
import { type Clock, type Logger, type TimerHandle } from '@loadstar/shared';
import { nextTime } from './cron.js';
import {
  attempts,
  firstRetryMs,
  type HeldJob,
  type JobState,
  type QueueConsumer,
  type QueueJob,
  QueuePort,
  type QueueSchedule,
} from './queue-port.js';

interface Job extends QueueJob {
  state: JobState;
  order: number;
  failures: number;
  timer: TimerHandle | undefined;
}

interface TimeTable extends QueueSchedule {
  nextMs: number | undefined;
}

/** Longest sleep before the wall clock is looked at again, milliseconds: it may have been set meanwhile. */
const longestSleepMs = 30_000;
/** A time that was missed by more, because the process slept, is not made up, milliseconds. */
const latestMs = 60_000;

export class InProcessQueue extends QueuePort {
  readonly kind = 'in-process';
  readonly isAvailable = true;
  private readonly jobs = new Map<string, Job>();
  private readonly tables = new Map<string, TimeTable>();
  private consumer: QueueConsumer | undefined;
  private alarm: TimerHandle | undefined;
  private added = 0;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  open(consumer: QueueConsumer): Promise<void> {
    this.consumer = consumer;
    for (const job of this.inOrder()) this.handOut(job);
    this.setAlarm();
    return Promise.resolve();
  }

  onAvailable(): void {}

  enqueue({ id, priority, notBeforeMs }: QueueJob): Promise<void> {
    if (this.jobs.has(id)) return Promise.resolve();
    const order = this.added++;
    const job: Job = { id, priority, notBeforeMs, state: 'waiting', order, failures: 0, timer: undefined };
    this.jobs.set(id, job);
    this.handOut(job);
    return Promise.resolve();
  }

  cancel(id: string): Promise<void> {
    const job = this.jobs.get(id);
    if (job && job.state !== 'held') this.forget(job);
    return Promise.resolve();
  }

  list(): Promise<HeldJob[]> {
    return Promise.resolve(
      this.inOrder().map(({ id, priority, notBeforeMs, state }) => ({ id, priority, notBeforeMs, state })),
    );
  }

  schedule({ id, cron, timeZone }: QueueSchedule): Promise<void> {
    this.tables.set(id, { id, cron, timeZone, nextMs: nextTime(cron, timeZone, this.clock.wallMs()) });
    this.setAlarm();
    return Promise.resolve();
  }

  unschedule(id: string): Promise<void> {
    this.tables.delete(id);
    return Promise.resolve();
  }

  schedules(): Promise<string[]> {
    return Promise.resolve([...this.tables.keys()]);
  }

  close(): Promise<void> {
    this.consumer = undefined;
    this.alarm?.cancel();
    for (const job of this.jobs.values()) this.forget(job);
    return Promise.resolve();
  }

  private handOut(job: Job): void {
    const { consumer } = this;
    if (!consumer || this.jobs.get(job.id) !== job) return;
    const waitMs = (job.notBeforeMs ?? 0) - this.clock.wallMs();
    if (waitMs > 0) {
      job.state = 'delayed';
      this.later(job, Math.min(waitMs, longestSleepMs));
      return;
    }
    job.state = 'held';
    consumer.see(job.id).then(
      () => this.forget(job),
      (error: unknown) => this.tryAgain(job, error),
    );
  }

  private tryAgain(job: Job, error: unknown): void {
    job.failures++;
    this.logger.warn({ run: job.id, err: error, failures: job.failures }, 'a queued run could not be seen through');
    if (job.failures >= attempts) return this.forget(job);
    job.state = 'delayed';
    this.later(job, firstRetryMs * 2 ** (job.failures - 1));
  }

  private later(job: Job, ms: number): void {
    job.timer = this.clock.setTimeout(() => this.handOut(job), ms).unref();
  }

  private forget(job: Job): void {
    job.timer?.cancel();
    if (this.jobs.get(job.id) === job) this.jobs.delete(job.id);
  }

  private inOrder(): Job[] {
    const rank = { held: 0, waiting: 1, delayed: 2 };
    return [...this.jobs.values()].sort(
      (a, b) =>
        rank[a.state] - rank[b.state] ||
        (a.state === 'delayed' ? (a.notBeforeMs ?? 0) - (b.notBeforeMs ?? 0) : b.priority - a.priority) ||
        a.order - b.order,
    );
  }

  private setAlarm(): void {
    this.alarm?.cancel();
    const next = Math.min(...[...this.tables.values()].map(({ nextMs = Infinity }) => nextMs));
    if (!this.consumer || next === Infinity) return;
    const waitMs = Math.min(longestSleepMs, Math.max(0, next - this.clock.wallMs()));
    this.alarm = this.clock.setTimeout(() => this.ring(), waitMs).unref();
  }

  private ring(): void {
    const nowMs = this.clock.wallMs();
    for (const table of this.tables.values()) {
      const { id, cron, timeZone, nextMs } = table;
      if (nextMs === undefined || nextMs > nowMs) continue;
      table.nextMs = nextTime(cron, timeZone, nowMs);
      if (nowMs - nextMs > latestMs) continue;
      this.consumer?.due(id, nextMs).catch((error: unknown) => {
        this.logger.warn({ schedule: id, err: error }, 'a scheduled run could not be queued');
      });
    }
    this.setAlarm();
  }
}
