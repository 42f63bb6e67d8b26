/**
 * Puts the results of runs that are over into the store. What cannot be stored now is tried again until it is; until
 * then it stays in memory, and should this master end first, the next one finds the snapshots that it needs to do it.
 */
import { type Clock, LoadstarError, type Logger, sleep } from '@loadstar/shared';
import { storeStats } from '@loadstar/stats';
import type { NumbersJournal } from '../ingest/numbers-journal.js';
import type { NumberStore } from '../store/number-store.js';
import { type RunAccount, summaryOf } from './run-account.js';

export interface ArchivistParts {
  readonly store: NumberStore;
  readonly journal: NumbersJournal;
  readonly clock: Clock;
  readonly logger: Logger;
}

const retryMs = 1_000;

export class RunArchivist {
  private readonly working = new Map<string, Promise<void>>();
  private isClosed = false;

  constructor(private readonly parts: ArchivistParts) {}

  /** Whether everything of a run that is over is stored, so that it can leave the memory. */
  isDone(runId: string): boolean {
    return !this.working.has(runId);
  }

  /** Stores the result of a run; may be repeated when more has become known. Never throws. */
  keep(account: RunAccount): Promise<void> {
    const { id } = account.record;
    const before = this.working.get(id) ?? Promise.resolve();
    const work = before
      .then(() => this.keepOnce(account))
      .finally(() => {
        if (this.working.get(id) === work) this.working.delete(id);
      });
    this.working.set(id, work);
    return work;
  }

  /** Waits for what is being stored, and tries nothing again. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.working.values());
  }

  private async keepOnce(account: RunAccount): Promise<void> {
    const { clock, logger } = this.parts;
    const runId = account.record.id;
    for (;;) {
      try {
        return await this.store(account);
      } catch (error) {
        if (error instanceof LoadstarError && error.code === 'RUN_TAKEN_OVER') return;
        logger.warn({ run: runId, err: error }, 'the result of a run is not stored yet');
      }
      if (this.isClosed) return;
      await sleep(clock, retryMs);
    }
  }

  private async store(account: RunAccount): Promise<void> {
    const { store, journal, clock } = this.parts;
    const { record, numbers, elapsedMs } = account;
    const { id, unreportedAtMost } = record;
    numbers.rememberNow();
    await journal.flush(numbers);
    const stats = Buffer.from(storeStats(id, numbers.stats), 'base64');
    await store.archive(id, { summary: summaryOf(account, clock), stats, elapsedMs });
    // A worker that was lost may still come with its last numbers; they are told from the others by incarnation.
    if (unreportedAtMost === 0) await store.dropSnapshots(id);
  }
}
