/**
 * What a master does with the runs of its predecessor: reads what should be, and leaves it to each run to wait for its
 * workers and to go on from what is. Nothing here tells a restart from a take-over.
 */
import type { Clock, Logger } from '@loadstar/shared';
import type { Store } from '../store/store.js';
import { nothingDeclared } from './run-account.js';
import type { RunBaselines } from './run-baselines.js';
import type { RunBook } from './run-book.js';
import type { RunStarterParts } from './run-starter.js';
import type { RunRecord } from './run-record.js';
import { isUnderLoad } from './run-state.js';

export interface RestorerParts {
  readonly book: RunBook;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly baselines: RunBaselines;
  readonly drive: RunStarterParts['drive'];
}

export class RunRestorer {
  constructor(private readonly parts: RestorerParts) {}

  /** Takes up every run that has not ended. @throws LoadstarError STORE_UNAVAILABLE */
  async restore(): Promise<void> {
    for (const record of this.parts.book.list()) {
      if (record.state === 'preparing') await this.backToQueue(record);
      else if (isUnderLoad(record.state)) await this.takeOver(record);
    }
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
