/**
 * What a master does with the runs of its predecessor: reads what should be, and leaves it to each run to wait for its
 * workers and to go on from what is. Nothing here tells a restart from a take-over. A run of which nothing can be made
 * has failed; it does not keep the master from the others.
 */
import { type Clock, LoadstarError, type Logger } from '@loadstar/shared';
import type { Store } from '../store/store.js';
import { nothingDeclared } from './run-account.js';
import type { RunAccounts } from './run-accounts.js';
import type { RunBaselines } from './run-baselines.js';
import type { RunBook } from './run-book.js';
import { messageOf } from './run-launch.js';
import type { RunStarterParts } from './run-starter.js';
import type { RunRecord } from './run-record.js';
import { isUnderLoad } from './run-state.js';

export interface RestorerParts {
  readonly book: RunBook;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly accounts: RunAccounts;
  readonly baselines: RunBaselines;
  readonly drive: RunStarterParts['drive'];
}

export class RunRestorer {
  constructor(private readonly parts: RestorerParts) {}

  /**
   * Takes up every run that has not ended, and brings the numbers of the latest into memory.
   * @throws LoadstarError STORE_UNAVAILABLE, NOT_LEADER
   */
  async restore(): Promise<void> {
    for (const record of this.parts.book.list()) {
      const problem = await problemOf(this.takeUp(record));
      if (problem !== undefined) await this.giveUp(record.id, problem);
    }
    const latest = this.parts.book.latest();
    if (latest) await this.bringIn(latest.id);
  }

  private async bringIn(id: string): Promise<void> {
    const problem = await problemOf(this.parts.accounts.load(id));
    if (problem !== undefined)
      this.parts.logger.error({ run: id, err: problem }, 'the numbers of a run cannot be read');
  }

  private async takeUp(record: RunRecord): Promise<void> {
    if (record.state === 'preparing') await this.backToQueue(record);
    else if (isUnderLoad(record.state)) await this.takeOver(record);
  }

  /** Its workers, should there be some still, are told to end when they come: nobody drives the run any more. */
  private async giveUp(id: string, problem: unknown): Promise<void> {
    const { book, clock, logger, accounts } = this.parts;
    accounts.driver(id)?.close();
    accounts.remove(id);
    logger.error({ run: id, err: problem }, 'a run cannot be taken up');
    // What becomes of it is up to the master that leads it.
    if (problem instanceof LoadstarError && problem.code === 'RUN_TAKEN_OVER') return;
    const reason = `the master was restarted and could not take the run up: ${messageOf(problem)}`;
    const end = { reason, verdict: 'invalid' as const, verdictReasons: [reason] };
    const unsaid = await problemOf(book.move(id, 'failed', { ...end, endedAtMs: Math.round(clock.wallMs()) }));
    if (unsaid !== undefined) logger.error({ run: id, err: unsaid }, 'the end of a run could not be put on record');
  }

  /** Nobody generates load of it, because nobody is told to before it has left this state. */
  private async backToQueue({ id, queue }: RunRecord): Promise<void> {
    const { book, clock, logger } = this.parts;
    logger.warn({ run: id }, 'the master was restarted while a run was being prepared');
    if (queue) await book.move(id, 'queued');
    else {
      const reason = 'the master was restarted before the load began';
      await book.move(id, 'failed', { reason, endedAtMs: Math.round(clock.wallMs()) });
    }
  }

  private async takeOver({ id, plan, description, state, baselineId }: RunRecord): Promise<void> {
    const { store, drive, logger, baselines } = this.parts;
    const stored = await store.numbers.load(id);
    const bundle = await store.bundles.get(plan.bundleHash);
    if (!bundle) logger.warn({ run: id }, 'the scenario of a run is not stored: nobody else can join it');
    const driver = drive(
      id,
      bundle ?? { name: plan.scenario, hash: plan.bundleHash, code: '' },
      description ?? nothingDeclared,
      await baselines.load(baselineId),
    );
    await driver.takeOver(stored);
    logger.info({ run: id, state, incarnations: stored.snapshots.length }, 'a run goes on under this master');
  }
}

/**
 * What is wrong with one run; undefined when nothing is.
 * @throws LoadstarError STORE_UNAVAILABLE, NOT_LEADER: no run is to blame for that, and no run can be taken up
 */
async function problemOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof LoadstarError && (error.code === 'STORE_UNAVAILABLE' || error.code === 'NOT_LEADER')) {
      throw error;
    }
    return error ?? new Error('unknown');
  }
}
