/** The queue as one thing: jobs, turns and schedules put together, and shown as the faces want to see them. */
import {
  type Clock,
  type CreateRunBody,
  type CreateScheduleBody,
  type DesiredWorkersView,
  type Logger,
  type QueueView,
  type RunQueueView,
  type RunView,
  type ScheduleView,
} from '@loadstar/shared';
import { QueueControl } from './queue-control.js';
import type { QueueHoldStore } from './queue-hold.js';
import type { QueuePort } from './queue-port.js';
import type { QueuedRuns, QueueWish } from './queued-runs.js';
import { defaultPriority } from './queue-ticket.js';
import { RunQueue } from './run-queue.js';
import type { Schedule, ScheduleStore } from './schedule-store.js';
import { Schedules } from './schedules.js';
import type { ScalingRules } from './workers-desired.js';

export interface QueueServiceParts {
  readonly port: QueuePort;
  readonly runs: QueuedRuns;
  /** Runs as the API shows them: any, and those that have workers. */
  readonly views: { get(runId: string): RunView; active(): RunView[] };
  readonly schedules: ScheduleStore;
  readonly hold: QueueHoldStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs that may wait at once. */
  readonly limit: number;
  readonly scaling: ScalingRules;
}

const iso = (wallMs: number | undefined): string | null =>
  wallMs === undefined ? null : new Date(wallMs).toISOString();

export class QueueService extends QueueControl {
  private readonly queue: RunQueue;
  private readonly timetable: Schedules;
  private opening: Promise<void> | undefined;

  constructor(private readonly parts: QueueServiceParts) {
    super();
    const { port, runs, schedules: store, clock, logger } = parts;
    this.queue = new RunQueue(parts);
    this.timetable = new Schedules({
      store,
      port,
      clock,
      logger,
      enqueue: (request, wish, id) => this.queue.enqueue(request, wish, id),
      wishOf: (request, owner, scheduleId) => this.wishOf(request, owner, scheduleId),
      check: (request) => runs.check(request),
      stillWaits: (scheduleId, id) => {
        const latest = runs.latestOf(scheduleId);
        return latest?.state === 'queued' && latest.id !== id;
      },
    });
    this.queue.onDue((id, atMs) => this.timetable.due(id, atMs));
  }

  /** Begins to give turns. Only the master that leads may do that; may be called again. */
  open(): Promise<void> {
    this.opening ??= this.resumeHold()
      .then(() => this.queue.open())
      .then(() => this.timetable.open());
    return this.opening;
  }

  /** Hands jobs back; runs that have begun go on. */
  async close(): Promise<void> {
    this.timetable.close();
    await this.queue.close();
  }

  get isAvailable(): boolean {
    return this.parts.port.isAvailable;
  }

  get isHeld(): boolean {
    return this.queue.isHeld;
  }

  async hold(): Promise<void> {
    this.queue.hold(true);
    await this.parts.hold.put(true);
    this.parts.logger.warn({}, 'the queue is held: no queued run begins');
  }

  async release(): Promise<void> {
    await this.parts.hold.put(false);
    this.queue.hold(false);
    this.parts.logger.info({}, 'the queue is released');
  }

  async enqueue(request: CreateRunBody, owner: string): Promise<RunView> {
    const id = await this.queue.enqueue(request, this.wishOf(request, owner, undefined));
    return this.placed(this.parts.views.get(id));
  }

  view(): QueueView {
    const { port, limit, views } = this.parts;
    const places = this.places();
    const show = (run: RunView): RunView => ({ ...run, queue: this.place(run.id, places) });
    return {
      kind: port.kind,
      available: port.isAvailable,
      held: this.isHeld,
      limit,
      waiting: [...places.keys()].map((id) => show(views.get(id))),
      active: views.active().map(show),
    };
  }

  waiting(most: number): RunView[] {
    const places = this.places();
    const { views } = this.parts;
    return [...places.keys()].slice(0, most).map((id) => ({ ...views.get(id), queue: this.place(id, places) }));
  }

  placed(run: RunView): RunView {
    return { ...run, queue: this.place(run.id, run.state === 'queued' ? this.places() : new Map()) };
  }

  placedAll(runs: readonly RunView[]): RunView[] {
    const places = this.places();
    return runs.map((run) => ({ ...run, queue: this.place(run.id, places) }));
  }

  desired(): DesiredWorkersView {
    const { runs, scaling } = this.parts;
    const { workers, pools } = this.queue.desired();
    return { desired: workers, present: runs.workers().length, ...scaling, pools: [...pools] };
  }

  counts(): { due: number; delayed: number } {
    const waiting = this.queue.waiting();
    const due = waiting.filter(({ position }) => position !== undefined).length;
    return { due, delayed: waiting.length - due };
  }

  schedules(): ScheduleView[] {
    return this.timetable.list().map((schedule) => this.scheduleView(schedule));
  }

  schedule(id: string): ScheduleView {
    return this.scheduleView(this.timetable.get(id));
  }

  async addSchedule(body: CreateScheduleBody, owner: string): Promise<ScheduleView> {
    const { name = '', cron, timeZone = 'UTC', run } = body;
    return this.scheduleView(await this.timetable.add({ name, cron, timeZone, run, owner }));
  }

  removeSchedule(id: string): Promise<void> {
    return this.timetable.remove(id);
  }

  /** What an earlier master was told to hold back. */
  private async resumeHold(): Promise<void> {
    if (await this.parts.hold.isHeld()) this.queue.hold(true);
  }

  /** Position by run, in the order of the queue. */
  private places(): Map<string, number | undefined> {
    return new Map(this.queue.waiting().map(({ ticket, position }) => [ticket.id, position]));
  }

  private place(runId: string, places: ReadonlyMap<string, number | undefined>): RunQueueView | null {
    const wish = this.parts.runs.wish(runId);
    if (!wish) return null;
    const { owner, priority, minWorkers, labels, notBeforeMs, scheduleId = null } = wish;
    const notBefore = iso(notBeforeMs);
    return {
      owner,
      priority,
      position: places.get(runId) ?? null,
      notBefore,
      minWorkers,
      labels: { ...labels },
      scheduleId,
    };
  }

  private wishOf({ queue = {} }: CreateRunBody, owner: string, scheduleId: string | undefined): QueueWish {
    const { priority = defaultPriority, delaySeconds = 0, minWorkers = 1, labels = {} } = queue;
    const notBeforeMs = delaySeconds > 0 ? Math.round(this.parts.clock.wallMs() + delaySeconds * 1000) : undefined;
    return { owner, priority, notBeforeMs, minWorkers, labels, scheduleId };
  }

  private scheduleView(schedule: Schedule): ScheduleView {
    const { id, name, cron, timeZone, owner, run, createdAtMs, lastAtMs, lastRunId = null, problem = null } = schedule;
    return {
      ...{ id, name, cron, timeZone, owner, run, lastRunId, problem },
      createdAt: new Date(createdAtMs).toISOString(),
      nextAt: iso(this.timetable.nextMs(schedule)),
      lastAt: iso(lastAtMs),
    };
  }
}
