/**
 * Sees queued runs through: holds them until it is their turn and there are workers for them, begins them, and stays
 * with each until it is over. Decides nothing that would be lost with it: who waits stands in the records of the runs,
 * and jobs (`QueuePort`) only say whose business it is to look after which.
 */
import {
  type Clock,
  type CreateRunBody,
  LoadstarError,
  type Logger,
  newId,
  type RunState,
  type TimerHandle,
} from '@loadstar/shared';
import type { QueueConsumer, QueuePort } from './queue-port.js';
import type { QueuedRuns, QueueWish } from './queued-runs.js';
import type { QueueTicket } from './queue-ticket.js';
import { takeTurns, type Turn } from './take-turns.js';
import { turnOrder } from './turn-order.js';
import { type DesiredWorkers, isDueSoon, type ScalingRules, workersDesired } from './workers-desired.js';

export interface RunQueueParts {
  readonly port: QueuePort;
  readonly runs: QueuedRuns;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs that may wait at once. */
  readonly limit: number;
  readonly scaling: ScalingRules;
}

/** A waiting run and its place: 1 is next; undefined while its time has not come. */
export interface WaitingRun {
  readonly ticket: QueueTicket;
  readonly position: number | undefined;
}

/** How often it looks without having been told of a change, milliseconds: while runs wait, and while none does. */
const lookMs = 1_000;
const restMs = 15_000;
/**
 * How long after a start, or after the job store came back, a run whose job is still elsewhere keeps its turn,
 * milliseconds: jobs of a master that died come after their locks have run out.
 */
const settleMs = 20_000;
/** How often jobs that should be there are added again, milliseconds. */
const repairMs = 15_000;
/** Pause before a run is begun again that could not be, doubled each time up to the longest, milliseconds. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const mostAttempts = 10;

interface Pause {
  failures: number;
  untilMs: number;
}

const isOver = (state: RunState | undefined): boolean =>
  state === undefined || state === 'finished' || state === 'failed' || state === 'aborted';

export class RunQueue implements QueueConsumer {
  /** Runs that this master sees through. */
  private readonly held = new Map<string, Promise<void>>();
  /** Runs that are being begun, and their workers, which look free for a moment longer. */
  private readonly beginning = new Map<string, readonly string[]>();
  private readonly pauses = new Map<string, Pause>();
  private heartbeat: { readonly periodMs: number; readonly timer: TimerHandle } | undefined;
  private anyWaits = false;
  private settledMs = Infinity;
  private repairedMs = -Infinity;
  private isOpen = false;
  private isHeldBack = false;
  private isLooking = false;
  private lookAgain = false;
  private dueListener: (scheduleId: string, atMs: number) => Promise<void> = () => Promise.resolve();

  constructor(private readonly parts: RunQueueParts) {
    const { port, runs } = parts;
    port.onAvailable(() => this.jobsAreBack());
    runs.onChange(() => this.look());
  }

  /** Begins to give turns. Only the master that leads may do that. */
  async open(): Promise<void> {
    const { clock, port } = this.parts;
    this.isOpen = true;
    this.settledMs = clock.nowMs() + settleMs;
    this.look();
    await port.open(this);
    await this.repair();
  }

  /** Stops giving turns and hands the jobs back; runs that have begun go on. */
  async close(): Promise<void> {
    this.isOpen = false;
    this.pace();
    await this.parts.port.close();
  }

  /** Whether nobody is given a turn. What has begun goes on. */
  get isHeld(): boolean {
    return this.isHeldBack;
  }

  /** Holds at once: also what is due already does not begin any more. */
  hold(held: boolean): void {
    this.isHeldBack = held;
    if (!held) this.look();
  }

  onDue(listener: (scheduleId: string, atMs: number) => Promise<void>): void {
    this.dueListener = listener;
  }

  /**
   * Puts a run into the queue.
   * @param id of the run; the same id again is the same run
   * @throws LoadstarError QUEUE_UNAVAILABLE, QUEUE_FULL, or what is wrong with the request; nothing is queued then
   */
  async enqueue(request: CreateRunBody, wish: QueueWish, id = newId()): Promise<string> {
    const { port, runs, limit } = this.parts;
    if (!port.isAvailable) throw new LoadstarError('QUEUE_UNAVAILABLE');
    if (runs.waiting().length >= limit) throw new LoadstarError('QUEUE_FULL', { limit });
    await runs.add(id, request, wish);
    try {
      await port.enqueue({ id, priority: wish.priority, notBeforeMs: wish.notBeforeMs });
    } catch (error) {
      await runs.giveUp(id, 'the queue was out of reach');
      throw error;
    }
    return id;
  }

  /** Waiting runs in the order of their turns, then those whose time has not come, by time. */
  waiting(): WaitingRun[] {
    const { runs } = this.parts;
    const tickets = runs.waiting();
    if (tickets.length === 0) return [];
    const due = turnOrder(tickets.filter(this.isDue), runs.lastTurns());
    const later = tickets.filter((ticket) => !this.isDue(ticket));
    return [
      ...due.map((ticket, index) => ({ ticket, position: index + 1 })),
      ...later
        .toSorted((a, b) => (a.notBeforeMs ?? 0) - (b.notBeforeMs ?? 0))
        .map((ticket) => ({ ticket, position: undefined })),
    ];
  }

  /** How many workers the runs that have or want some have use for. */
  desired(): DesiredWorkers {
    const { runs, clock, scaling } = this.parts;
    const waiting = runs.waiting().filter((ticket) => isDueSoon(ticket, clock.wallMs()));
    const wanted = waiting.map(({ id, labels, minWorkers }) => ({ labels, minWorkers, users: runs.usersOf(id) }));
    return workersDesired([...runs.active(), ...wanted], scaling);
  }

  see(id: string): Promise<void> {
    const known = this.held.get(id);
    if (known) return known;
    const { runs } = this.parts;
    if (isOver(runs.state(id))) return Promise.resolve();
    const end = runs.ended(id).finally(() => {
      this.held.delete(id);
      this.pauses.delete(id);
      this.look();
    });
    this.held.set(id, end);
    this.look();
    return end;
  }

  due(scheduleId: string, atMs: number): Promise<void> {
    return this.dueListener(scheduleId, atMs);
  }

  private readonly isDue = ({ notBeforeMs = 0 }: QueueTicket): boolean => notBeforeMs <= this.parts.clock.wallMs();

  /** Gives turns to whoever can have one now. To begin a run is a change itself, so a look may come to be within a look. */
  private look(): void {
    this.lookAgain = true;
    if (this.isLooking) return;
    this.isLooking = true;
    while (this.lookAgain && this.isOpen) {
      this.lookAgain = false;
      // Whose job has not come yet keeps its turn; the others do not pass by.
      for (const turn of this.turns()) if (this.held.has(turn.ticket.id)) this.begin(turn);
    }
    this.isLooking = false;
    this.pace();
  }

  /** Only a run that waits may come to its turn by time alone. */
  private pace(): void {
    const periodMs = this.anyWaits ? lookMs : restMs;
    if (this.isOpen && this.heartbeat?.periodMs === periodMs) return;
    this.heartbeat?.timer.cancel();
    this.heartbeat = this.isOpen
      ? { periodMs, timer: this.parts.clock.setInterval(() => this.tick(), periodMs).unref() }
      : undefined;
  }

  private turns(): Turn[] {
    const { runs } = this.parts;
    const waiting = runs.waiting();
    this.anyWaits = waiting.length > 0;
    const candidates = waiting.filter((ticket) => this.isDue(ticket) && this.isCandidate(ticket.id));
    if (candidates.length === 0 || this.isHeldBack) return [];
    const taken = new Set([...this.beginning.values()].flat());
    const workers = runs
      .workers()
      .map((worker) => (taken.has(worker.id) ? { ...worker, state: 'busy' as const } : worker));
    return takeTurns(turnOrder(candidates, runs.lastTurns()), workers);
  }

  private isCandidate(id: string): boolean {
    const nowMs = this.parts.clock.nowMs();
    const isPaused = (this.pauses.get(id)?.untilMs ?? 0) > nowMs;
    return !isPaused && !this.beginning.has(id) && (this.held.has(id) || nowMs < this.settledMs);
  }

  private begin({ ticket: { id }, workers }: Turn): void {
    const { runs } = this.parts;
    this.beginning.set(id, workers);
    runs
      .begin(id, workers)
      .catch((error: unknown) => this.notBegun(id, error))
      .catch((error: unknown) => {
        this.parts.logger.error({ run: id, err: error }, 'a queued run could not be ended');
      })
      .finally(() => {
        this.beginning.delete(id);
        this.look();
      });
  }

  private async notBegun(id: string, error: unknown): Promise<void> {
    const { runs, clock, logger } = this.parts;
    if (runs.state(id) !== 'queued') return;
    const detail = error instanceof Error ? error.message : String(error);
    const failures = (this.pauses.get(id)?.failures ?? 0) + 1;
    const mayHelp = !(error instanceof LoadstarError) || error.entry.retryable;
    if (!mayHelp || failures >= mostAttempts) return runs.giveUp(id, detail);
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
    this.pauses.set(id, { failures, untilMs: clock.nowMs() + pauseMs });
    logger.warn({ run: id, detail, failures, pauseMs }, 'a queued run could not be begun yet');
  }

  private tick(): void {
    this.look();
    const { clock, port, runs } = this.parts;
    if (!port.isAvailable || clock.nowMs() - this.repairedMs < repairMs) return;
    if (runs.waiting().some((ticket) => this.isDue(ticket) && !this.held.has(ticket.id))) void this.repair();
  }

  private jobsAreBack(): void {
    if (!this.isOpen) return;
    this.settledMs = this.parts.clock.nowMs() + settleMs;
    void this.repair();
  }

  /** Adds the jobs of runs that wait by their records: after a start, a loss, or an answer that never came. */
  private async repair(): Promise<void> {
    const { clock, port, runs, logger } = this.parts;
    this.repairedMs = clock.nowMs();
    try {
      for (const { ticket } of this.waiting()) {
        const { id, priority, notBeforeMs } = ticket;
        if (!port.isAvailable || !this.isOpen) return;
        if (runs.state(id) === 'queued' && !this.held.has(id)) await port.enqueue({ id, priority, notBeforeMs });
      }
    } catch (error) {
      logger.warn({ err: error }, 'the queue is out of reach again; what waits stays in the store');
    }
  }
}
