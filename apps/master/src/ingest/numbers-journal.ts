/**
 * The way of the numbers into the store. Snapshots that come within one gathering time are committed together, with the
 * points of the series that they changed, and each sender is answered once its own is durable.
 *
 * Bounded whatever happens to the store: of every incarnation the newest snapshot waits and no other, because they are
 * cumulative. While the store is gone senders are told to try again, what is newest is tried again every second, and
 * the numbers in memory go on; nothing is lost, because the senders keep theirs until they are told that it is durable.
 */
import { type Clock, LoadstarError, type Logger, type TimerHandle } from '@loadstar/shared';
import type { SnapshotHeader } from '@loadstar/stats';
import type { NumberStore, RunChanges, StoredSnapshot } from '../store/number-store.js';
import type { RunNumbers, UnsavedNumbers } from './run-numbers.js';

export interface JournalOptions {
  readonly store: NumberStore;
  /** Milliseconds to gather changes for before they are committed together. */
  readonly gatherMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Epoch of this master. */
  readonly epoch: () => number;
  /** A later master leads the run by now. */
  readonly takenOver: (runId: string) => void;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

interface Waiting {
  readonly numbers: RunNumbers;
  /** Newest by incarnation. */
  readonly snapshots: Map<string, StoredSnapshot>;
  readonly waiters: Waiter[];
}

const retryMs = 1_000;
/** Longest time that a sender is left without an answer, milliseconds; it asks again after five seconds by itself. */
const answerMs = 4_000;

export class NumbersJournal {
  private waiting = new Map<string, Waiting>();
  /** Highest sequence number that is durable, by run and incarnation. */
  private readonly durable = new Map<string, Map<string, number>>();
  private timer: TimerHandle | undefined;
  private committing: Promise<void> | undefined;
  private committedMs = -Infinity;
  private isBehind = false;
  private isClosed = false;

  constructor(private readonly options: JournalOptions) {}

  /**
   * Stores a snapshot that the run's numbers have taken in, and with it what it changed.
   * @returns when it is durable
   * @throws LoadstarError STORE_UNAVAILABLE, RUN_TAKEN_OVER
   */
  save(numbers: RunNumbers, { incarnation, seq }: SnapshotHeader, bytes: Uint8Array): Promise<void> {
    const { runId } = numbers;
    if ((this.durable.get(runId)?.get(incarnation) ?? -1) >= seq) return Promise.resolve();
    const waiting = this.of(numbers);
    const known = waiting.snapshots.get(incarnation);
    if (!known || known.seq < seq) waiting.snapshots.set(incarnation, { runId, incarnation, seq, bytes });
    return this.wait(waiting);
  }

  /** Stores what a run has not stored yet. @returns when all of it is durable; @throws as `save` */
  flush(numbers: RunNumbers): Promise<void> {
    return this.wait(this.of(numbers));
  }

  /** Remembers what is durable already, after a restart. */
  restore(runId: string, snapshots: readonly StoredSnapshot[]): void {
    this.durable.set(runId, new Map(snapshots.map(({ incarnation, seq }) => [incarnation, seq])));
  }

  /** Lets go of a run that is over, or is led by another master. */
  forget(runId: string): void {
    const waiters = this.waiting.get(runId)?.waiters ?? [];
    this.waiting.delete(runId);
    this.durable.delete(runId);
    for (const waiter of waiters) waiter.reject(new LoadstarError('RUN_TAKEN_OVER', { runId }));
  }

  /** Tries once more to store what waits, and stops. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.timer?.cancel();
    await this.committing;
    await this.commit();
  }

  private of(numbers: RunNumbers): Waiting {
    const known = this.waiting.get(numbers.runId);
    if (known) return known;
    const waiting: Waiting = { numbers, snapshots: new Map(), waiters: [] };
    this.waiting.set(numbers.runId, waiting);
    return waiting;
  }

  private wait({ waiters }: Waiting): Promise<void> {
    const { clock } = this.options;
    return new Promise<void>((resolve, reject) => {
      const late = (): void =>
        reject(new LoadstarError('STORE_UNAVAILABLE', { detail: `no answer in ${answerMs} ms` }));
      const limit = clock.setTimeout(late, answerMs).unref();
      waiters.push({
        resolve: () => {
          limit.cancel();
          resolve();
        },
        reject: (error) => {
          limit.cancel();
          reject(error);
        },
      });
      this.soon();
    });
  }

  /** The first after a quiet time is committed at once, so that a single worker does not wait for nobody. */
  private soon(): void {
    if (this.timer || this.committing || this.isClosed) return;
    const { clock, gatherMs } = this.options;
    const inMs = Math.max(0, this.committedMs + gatherMs - clock.nowMs());
    if (inMs === 0) void this.commit();
    else this.commitIn(inMs);
  }

  private commitIn(ms: number): void {
    this.timer = this.options.clock
      .setTimeout(() => {
        this.timer = undefined;
        void this.commit();
      }, ms)
      .unref();
  }

  private commit(): Promise<void> {
    this.committing ??= this.commitAll().finally(() => {
      this.committing = undefined;
      this.committedMs = this.options.clock.nowMs();
      if (this.isClosed || this.waiting.size === 0) return;
      if (this.isBehind) this.commitIn(retryMs);
      else this.soon();
    });
    return this.committing;
  }

  /** Never throws. */
  private async commitAll(): Promise<void> {
    // What comes in this turn of the event loop goes along.
    await Promise.resolve();
    if (this.waiting.size === 0) return;
    const taken = [...this.waiting.values()].map((waiting) => ({ ...waiting, unsaved: waiting.numbers.takeUnsaved() }));
    this.waiting = new Map();
    const changes = taken.map(({ numbers, snapshots, unsaved }): RunChanges => ({
      ...unsaved,
      runId: numbers.runId,
      snapshots: [...snapshots.values()],
    }));
    const { store, epoch, takenOver, logger } = this.options;
    try {
      const lost = await store.commit(changes, epoch());
      for (const { runId } of changes) if (lost.includes(runId)) takenOver(runId);
      for (const one of taken) this.settle(one, lost.includes(one.numbers.runId));
      if (this.isBehind) logger.info({}, 'the store is back: all numbers are stored');
      this.isBehind = false;
    } catch (error) {
      if (!this.isBehind) logger.error({ err: error }, 'numbers cannot be stored; they are kept and tried again');
      this.isBehind = true;
      for (const one of taken) this.takeBack(one, error);
    }
  }

  private settle({ numbers, snapshots, waiters }: Waiting, isLost: boolean): void {
    const { runId } = numbers;
    if (isLost) {
      for (const waiter of waiters) waiter.reject(new LoadstarError('RUN_TAKEN_OVER', { runId }));
      return;
    }
    const durable = this.durable.get(runId) ?? new Map<string, number>();
    this.durable.set(runId, durable);
    for (const { incarnation, seq } of snapshots.values()) durable.set(incarnation, seq);
    for (const waiter of waiters) waiter.resolve();
  }

  private takeBack(
    { numbers, snapshots, waiters, unsaved }: Waiting & { unsaved: UnsavedNumbers },
    error: unknown,
  ): void {
    numbers.notSaved(unsaved);
    const waiting = this.of(numbers);
    for (const [incarnation, snapshot] of snapshots) {
      if (!waiting.snapshots.has(incarnation)) waiting.snapshots.set(incarnation, snapshot);
    }
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const waiter of waiters) waiter.reject(reason);
  }
}
