/**
 * Numbers of runs that nobody drives here: the last ones of a worker that was lost in a run that is over, those of a run
 * whose master died before it could store its result, and those that have no place here at all. The last are refused and
 * counted, because their sender forgets what is acknowledged.
 */
import type { ReceivedSnapshot } from '@loadstar/protocol';
import { LoadstarError } from '@loadstar/shared';
import type { SnapshotHeader } from '@loadstar/stats';
import type { NumbersJournal } from '../ingest/numbers-journal.js';
import type { RunAccounts } from './run-accounts.js';
import type { RunArchivist } from './run-archivist.js';
import type { RunBook } from './run-book.js';
import { missing } from './run-record.js';
import { isEnd } from './run-state.js';
import type { Discard, SnapshotDiscards } from './snapshot-discards.js';

export interface LateNumbersParts {
  readonly book: RunBook;
  readonly accounts: RunAccounts;
  readonly journal: NumbersJournal;
  readonly archivist: RunArchivist;
  readonly discards: SnapshotDiscards;
}

export class LateNumbers {
  constructor(private readonly parts: LateNumbersParts) {}

  /**
   * @returns when it is durable, or at once when it has been told before
   * @throws LoadstarError NOT_FOUND, RUN_TAKEN_OVER, STORE_UNAVAILABLE
   */
  async take({ header, stats, bytes }: ReceivedSnapshot): Promise<void> {
    const { book, accounts, journal, archivist, discards } = this.parts;
    const { runId, incarnation, final, unreportedAtMost = 0 } = header;
    const isLost = this.isLost(header);
    const account = await accounts.loadEnded(runId);
    if (!account) throw this.refusal('unknown-run', new LoadstarError('NOT_FOUND', { what: 'run', id: runId }));
    if (!isLost && account.hasAllOf(incarnation)) return discards.count('told-before');
    account.take(header, stats);
    await journal.save(account.numbers, header, bytes);
    if (final && isLost) {
      const rest = unreportedAtMost > 0 ? { [incarnation]: unreportedAtMost } : {};
      await book.change(runId, ({ unreported: { [incarnation]: _told, ...others } }) =>
        missing({ ...others, ...rest }),
      );
    }
    // The sum takes the place of its parts, so none of them may be on its way still.
    const { workers, unreported } = account.record;
    const isWhole = workers.every(
      (worker) => unreported[worker.incarnation] !== undefined || account.hasAllOf(worker.incarnation),
    );
    if (isWhole) await archivist.keep(account);
  }

  /** @returns whether it was given up for lost; @throws LoadstarError for what must not be taken here */
  private isLost({ runId, incarnation }: SnapshotHeader): boolean {
    const record = this.parts.book.find(runId);
    if (!record || record.state === 'queued') {
      throw this.refusal('unknown-run', new LoadstarError('NOT_FOUND', { what: 'run', id: runId }));
    }
    if (!isEnd(record.state)) throw this.refusal('other-master', new LoadstarError('RUN_TAKEN_OVER', { runId }));
    if (record.unreported[incarnation] !== undefined) return true;
    if (!record.workers.some((worker) => worker.incarnation === incarnation)) {
      const what = `worker of run ${runId}`;
      throw this.refusal('unknown-worker', new LoadstarError('NOT_FOUND', { what, id: incarnation }));
    }
    return false;
  }

  private refusal(reason: Discard, error: LoadstarError): LoadstarError {
    this.parts.discards.count(reason);
    return error;
  }
}
