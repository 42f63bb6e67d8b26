/** The queue's view of the real runs: their records say who waits, the coordinator begins them, the fleet has the workers. */
import type { Clock, CreateRunBody, RunState } from '@loadstar/shared';
import { z } from 'zod';
import type { Fleet } from '../fleet/fleet.js';
import type { RunBook } from '../runs/run-book.js';
import type { RunCoordinator } from '../runs/run-coordinator.js';
import { loadInForce, type RunRecord } from '../runs/run-record.js';
import { isEnd } from '../runs/run-state.js';
import { LastTurns } from './last-turns.js';
import { QueuedRuns, type QueueWish } from './queued-runs.js';
import { defaultPriority, highestPriority, lowestPriority, type QueueTicket } from './queue-ticket.js';
import type { PoolWorker } from './take-turns.js';
import type { Demand } from './workers-desired.js';

/** What the record of a run keeps for the queue. It comes from a store, so it is looked at before it is believed. */
const factsSchema = z.object({
  owner: z.string(),
  priority: z.number().int().min(lowestPriority).max(highestPriority).catch(defaultPriority),
  notBeforeMs: z.number().nullish(),
  minWorkers: z.number().int().min(1).catch(1),
  scheduleId: z.string().nullish(),
});

/** Of records that were looked at. A change of a run makes another record, so what was read of one stays true. */
const wishes = new WeakMap<RunRecord, QueueWish | undefined>();

/** undefined for a run that was started at once. Each record is looked at once, however often it is asked for. */
export function wishOf(record: RunRecord): QueueWish | undefined {
  if (wishes.has(record)) return wishes.get(record);
  const wish = readWish(record);
  wishes.set(record, wish);
  return wish;
}

function readWish({ queue, placement }: RunRecord): QueueWish | undefined {
  const facts = factsSchema.safeParse(queue);
  if (!facts.success) return undefined;
  const { owner, priority, minWorkers, notBeforeMs, scheduleId } = facts.data;
  const { labels } = placement;
  return {
    owner,
    priority,
    minWorkers,
    labels,
    notBeforeMs: notBeforeMs ?? undefined,
    scheduleId: scheduleId ?? undefined,
  };
}

export interface RecordedRunsParts {
  readonly book: RunBook;
  readonly coordinator: RunCoordinator;
  readonly fleet: Fleet;
  readonly clock: Clock;
}

export class RecordedRuns extends QueuedRuns {
  private turns: LastTurns | undefined;

  constructor(private readonly parts: RecordedRunsParts) {
    super();
    // Before anybody else watches, so that a look that a change causes knows of the turn that was given with it.
    parts.book.watch((record) => this.turns && noteTurn(this.turns, record));
  }

  async add(id: string, request: CreateRunBody, { labels, ...facts }: QueueWish): Promise<void> {
    await this.parts.coordinator.enqueue(request, { labels, workers: undefined }, facts, id);
  }

  check(request: CreateRunBody): Promise<void> {
    return this.parts.coordinator.check(request);
  }

  waiting(): QueueTicket[] {
    return this.parts.book.queued().flatMap((record) => {
      const { id, createdAtMs } = record;
      const wish = wishOf(record);
      return wish ? [{ ...wish, id, createdAtMs }] : [];
    });
  }

  state(id: string): RunState | undefined {
    return this.parts.book.find(id)?.state;
  }

  wish(id: string): QueueWish | undefined {
    const record = this.parts.book.find(id);
    return record && wishOf(record);
  }

  latestOf(scheduleId: string): { id: string; state: RunState } | undefined {
    let latest: RunRecord | undefined;
    for (const record of this.parts.book.all()) if (wishOf(record)?.scheduleId === scheduleId) latest = record;
    return latest;
  }

  async begin(id: string, workers: readonly string[]): Promise<void> {
    await this.parts.coordinator.begin(id, workers);
  }

  async giveUp(id: string, reason: string): Promise<void> {
    const { book, clock } = this.parts;
    const patch = { state: 'failed' as const, reason, endedAtMs: Math.round(clock.wallMs()) };
    await book.change(id, ({ state }) => (state === 'queued' ? patch : undefined));
  }

  async ended(id: string): Promise<void> {
    if (this.parts.book.find(id)) await this.parts.book.until(id, ({ state }) => isEnd(state));
  }

  lastTurns(): Map<string, number> {
    const turns = new Map(this.knownTurns());
    const nowMs = this.parts.clock.wallMs();
    for (const record of this.parts.book.active()) {
      const owner = wishOf(record)?.owner;
      if (owner !== undefined && record.startedAtMs === undefined) turns.set(owner, nowMs);
    }
    return turns;
  }

  active(): Demand[] {
    return this.parts.book.active().map((record) => {
      const { labels } = record.placement;
      return { labels, minWorkers: wishOf(record)?.minWorkers ?? 1, users: loadInForce(record).users };
    });
  }

  usersOf(id: string): number | undefined {
    const record = this.parts.book.find(id);
    return record && loadInForce(record).users;
  }

  workers(): PoolWorker[] {
    const { fleet, coordinator } = this.parts;
    return fleet.usable().map(({ id, labels, workState }) => {
      const idle = workState === 'idle' ? 'free' : 'ending';
      return { id, labels, state: coordinator.hasNoRun(id) ? idle : 'busy' };
    });
  }

  onChange(listener: () => void): void {
    const { book, fleet } = this.parts;
    book.watch(listener);
    fleet.tell({ joined: listener, leaseChanged: listener, stateReported: listener, snapshotReceived: () => {} });
  }

  /** The history is gone through when the first run waits, once; from then on the book tells what happens. */
  private knownTurns(): LastTurns {
    if (this.turns) return this.turns;
    const turns = new LastTurns();
    for (const record of this.parts.book.all()) noteTurn(turns, record);
    this.turns = turns;
    return turns;
  }
}

/** Notes when a run had its turn, if it had one: when it began, or failed to. */
function noteTurn(turns: LastTurns, record: RunRecord): void {
  const { state, startedAtMs, endedAtMs } = record;
  const turnMs = startedAtMs ?? (state === 'failed' ? endedAtMs : undefined);
  const owner = turnMs === undefined ? undefined : wishOf(record)?.owner;
  if (owner !== undefined && turnMs !== undefined) turns.note(owner, turnMs);
}
