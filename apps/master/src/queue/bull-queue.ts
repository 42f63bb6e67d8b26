/**
 * Jobs on Redis by BullMQ. A job is held by the consumer from the moment its run waits for its turn until the run has
 * ended, under a lock that is renewed; when a master dies, or stands still for longer than the lock, the job goes to
 * whoever is there. That is harmless, because seeing a run through attaches to what is going on (`QueueConsumer.see`).
 */
import { type Clock, LoadstarError, type Logger } from '@loadstar/shared';
import { type Job, type JobsOptions, Queue, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { highestPriority } from './queue-ticket.js';
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
import { connectConsumer, connectProducer, logOutages } from './redis-link.js';

export interface BullQueueOptions {
  /** redis:// or rediss:// with optional user, password and database number. */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Jobs held at once; has to be above the number of runs that may wait, or the rest is not considered for a turn. */
  readonly held: number;
  readonly name?: string;
  readonly locks?: QueueLocks;
}

export interface QueueLocks {
  /** How long a held job stays locked without renewal, milliseconds; a master that stands still for longer loses its jobs. */
  readonly lockDuration: number;
  /** How often somebody looks for locks that ran out, milliseconds. */
  readonly stalledInterval: number;
}

/** The jobs of a master that died are back within 15 s. */
export const defaultLocks: QueueLocks = { lockDuration: 10_000, stalledInterval: 5_000 };
/** A job may lose its master as often as it likes; the record of the run, not the queue, says when enough is enough. */
const maxStalledCount = 1_000_000;
/** Ended jobs kept for people to look at. */
const keptJobs = { count: 200 };
/** How long handing back may take at the end, milliseconds. */
const closeMs = 2_000;

const runJob = 'run';
const scheduleJob = 'schedule';
/** Ids of BullMQ must not be whole numbers, which a run's id might be by chance. */
const jobId = (runId: string): string => `run-${runId}`;

type JobData = { runId: string } | { scheduleId: string };

export class BullQueue extends QueuePort {
  readonly kind = 'redis';
  private readonly name: string;
  private readonly producer: Redis;
  private readonly connection: Redis;
  private readonly listeners: (() => void)[] = [];
  /** For whoever shows the queue to people; there once Redis has been reached. */
  queue: Queue<JobData> | undefined;
  private worker: Worker<JobData> | undefined;
  private consumer: QueueConsumer | undefined;
  private closed = false;
  private handBack: () => void = () => {};
  private readonly handedBack = new Promise<'handed back'>((resolve) => {
    this.handBack = () => resolve('handed back');
  });

  constructor(private readonly options: BullQueueOptions) {
    super();
    this.name = options.name ?? 'runs';
    this.producer = connectProducer(options.url);
    this.connection = connectConsumer(options.url);
    logOutages(this.producer, options.logger);
    this.connection.on('error', () => {});
    this.producer.on('ready', () => void this.reached());
  }

  get isAvailable(): boolean {
    return this.queue !== undefined && this.producer.status === 'ready';
  }

  async open(consumer: QueueConsumer): Promise<void> {
    this.consumer = consumer;
    if (this.queue) return this.work();
    // Either answer will do: without Redis the master starts all the same, and the queue follows.
    await new Promise<void>((resolve) => {
      this.onAvailable(resolve);
      this.producer.once('error', () => resolve());
    });
  }

  onAvailable(listener: () => void): void {
    this.listeners.push(listener);
  }

  enqueue({ id, priority, notBeforeMs }: QueueJob): Promise<void> {
    return this.ask(async (queue) => {
      const known = await queue.getJob(jobId(id));
      // An ended job of this id would swallow the new one.
      if (known?.finishedOn !== undefined) await known.remove();
      // BullMQ counts the delay from the timestamp, and takes one of its own later when it is given none.
      const timestamp = this.options.clock.wallMs();
      const delay = Math.max(0, (notBeforeMs ?? 0) - timestamp);
      await queue.add(runJob, { runId: id }, { jobId: jobId(id), priority: bullPriority(priority), delay, timestamp });
    });
  }

  cancel(id: string): Promise<void> {
    return this.ask(async (queue) => {
      const job = await queue.getJob(jobId(id));
      if (!job || (await job.isActive())) return;
      // Somebody may take it in this very moment; he will find that its run has ended.
      await job.remove().catch(() => {});
    });
  }

  list(): Promise<HeldJob[]> {
    return this.ask(async (queue) => {
      // Read in the order in which jobs move on, so that one that moves meanwhile is met twice and not missed.
      const delayed = await this.jobsIn(queue, ['delayed'], 'delayed');
      const waiting = await this.jobsIn(queue, ['waiting', 'prioritized'], 'waiting');
      const held = await this.jobsIn(queue, ['active'], 'held');
      return [...new Map([...delayed, ...waiting, ...held].map((job) => [job.id, job])).values()];
    });
  }

  schedule({ id, cron, timeZone }: QueueSchedule): Promise<void> {
    return this.ask(async (queue) => {
      const opts: JobsOptions = { removeOnComplete: keptJobs, removeOnFail: keptJobs };
      await queue.upsertJobScheduler(
        id,
        { pattern: cron, tz: timeZone },
        { name: scheduleJob, data: { scheduleId: id }, opts },
      );
    });
  }

  unschedule(id: string): Promise<void> {
    return this.ask(async (queue) => {
      await queue.removeJobScheduler(id);
    });
  }

  schedules(): Promise<string[]> {
    return this.ask(async (queue) => (await queue.getJobSchedulers()).map(({ key }) => key));
  }

  async close(): Promise<void> {
    this.closed = true;
    const work = this.worker?.close();
    this.handBack();
    await new Promise<void>((resolve) => {
      const limit = this.options.clock.setTimeout(resolve, closeMs).unref();
      void Promise.allSettled([work]).then(() => {
        limit.cancel();
        resolve();
      });
    });
    this.abandon();
  }

  /** Lets go of Redis without a word, as a process does that is killed; tests use it for that. */
  abandon(): void {
    this.closed = true;
    this.consumer = undefined;
    void this.worker?.close(true).catch(() => {});
    void this.queue?.close().catch(() => {});
    this.producer.disconnect();
    this.connection.disconnect();
  }

  /** Redis answers, for the first time or again. */
  private async reached(): Promise<void> {
    if (this.closed) return;
    try {
      this.queue ??= await this.openQueue();
      this.work();
    } catch (error) {
      // It went away again meanwhile; the next connection tries again.
      this.options.logger.warn({ err: error }, 'the queue on Redis could not be opened');
      return;
    }
    if (!this.closed) for (const listener of this.listeners) listener();
  }

  private async openQueue(): Promise<Queue<JobData>> {
    const { logger } = this.options;
    const queue = new Queue<JobData>(this.name, {
      connection: this.producer,
      prefix: 'loadstar',
      defaultJobOptions: {
        attempts,
        backoff: { type: 'exponential', delay: firstRetryMs },
        removeOnComplete: keptJobs,
        removeOnFail: keptJobs,
      },
    });
    queue.on('error', (error) => logger.debug({ err: error }, 'the queue’s producer met an error'));
    await queue.waitUntilReady();
    await this.warnOfLoss();
    return queue;
  }

  private work(): void {
    const { consumer, worker } = this;
    if (!consumer || worker) return;
    const { logger, held, locks = defaultLocks } = this.options;
    this.worker = new Worker<JobData>(this.name, (job, token) => this.process(job, token, consumer), {
      connection: this.connection,
      prefix: 'loadstar',
      concurrency: held,
      ...locks,
      maxStalledCount,
    });
    this.worker.on('error', (error) => logger.debug({ err: error }, 'the queue’s worker met an error'));
    this.worker.on('stalled', (id) => logger.warn({ job: id }, 'a job lost its lock and is handed out again'));
  }

  private async process(job: Job<JobData>, token: string | undefined, consumer: QueueConsumer): Promise<void> {
    const { data, opts } = job;
    if ('scheduleId' in data) return consumer.due(data.scheduleId, opts.prevMillis ?? job.timestamp + job.delay);
    const end = await Promise.race([consumer.see(data.runId), this.handedBack]);
    if (end !== 'handed back') return;
    await job.moveToWait(token);
    throw new WaitingError();
  }

  private async ask<T>(work: (queue: Queue<JobData>) => Promise<T>): Promise<T> {
    const { queue } = this;
    if (!queue || !this.isAvailable) throw new LoadstarError('QUEUE_UNAVAILABLE');
    try {
      return await work(queue);
    } catch (error) {
      throw new LoadstarError('QUEUE_UNAVAILABLE', {}, [], { cause: error });
    }
  }

  private async jobsIn(queue: Queue<JobData>, states: Parameters<typeof queue.getJobs>[0], state: JobState) {
    const jobs = await queue.getJobs(states, 0, -1, true);
    return jobs.flatMap(({ name, data, priority, timestamp, delay }): HeldJob[] => {
      if (name !== runJob || !('runId' in data)) return [];
      const notBeforeMs = delay > 0 ? timestamp + delay : undefined;
      return [{ id: data.runId, priority: highestPriority + 1 - priority, notBeforeMs, state }];
    });
  }

  /** A Redis that forgets at a crash, or throws keys away when memory is short, is no place for a queue. */
  private async warnOfLoss(): Promise<void> {
    const [persistence, memory] = await Promise.all([this.producer.info('persistence'), this.producer.info('memory')]);
    if (/aof_enabled:0/.test(persistence)) {
      this.options.logger.warn({}, 'Redis keeps no append-only file: set "appendonly yes", or a crash loses its queue');
    }
    if (!/maxmemory_policy:noeviction/.test(memory)) {
      this.options.logger.warn({}, 'Redis may throw keys away: set "maxmemory-policy noeviction"');
    }
  }
}

/** BullMQ counts from 1 for the most urgent; 0 would be another list, handed out before all. */
const bullPriority = (priority: number): number => highestPriority + 1 - priority;
