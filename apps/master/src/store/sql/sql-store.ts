/** The store in SQL: one schema and one set of queries for every home. */
import { type Clock, type Logger, sleep } from '@loadstar/shared';
import type { Kysely } from 'kysely';
import { Store } from '../store.js';
import { migrate } from './schema.js';
import { SqlAccess, unavailable } from './sql-access.js';
import { SqlBundles } from './sql-bundles.js';
import { SqlEvents } from './sql-events.js';
import { SqlLease } from './sql-lease.js';
import type { SqlHome } from './sql-home.js';
import { SqlNumbers } from './sql-numbers.js';
import { SqlQueueHold } from './sql-queue-hold.js';
import { SqlRuns } from './sql-runs.js';
import { SqlSchedules } from './sql-schedules.js';
import type { Tables } from './tables.js';

export interface SqlStoreOptions {
  readonly home: SqlHome;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long `open` waits for a home that cannot be reached, milliseconds. */
  readonly openMs?: number;
}

const retryMs = 500;

export class SqlStore extends Store {
  private readonly access: SqlAccess;
  readonly runs: SqlRuns;
  readonly numbers: SqlNumbers;
  readonly bundles: SqlBundles;
  readonly events: SqlEvents;
  readonly schedules: SqlSchedules;
  readonly queueHold: SqlQueueHold;
  readonly lease: SqlLease;
  readonly gatherMs: number;
  readonly isExclusive: boolean;
  private database: Kysely<Tables> | undefined;

  constructor(private readonly options: SqlStoreOptions) {
    super();
    const { home, clock } = options;
    this.gatherMs = home.gatherMs;
    this.isExclusive = home.isExclusive;
    const access = new SqlAccess(!home.isExclusive);
    this.access = access;
    this.runs = new SqlRuns(access, () => clock.wallMs());
    this.numbers = new SqlNumbers(access);
    this.bundles = new SqlBundles(access);
    this.events = new SqlEvents(access);
    this.schedules = new SqlSchedules(access);
    this.queueHold = new SqlQueueHold(access);
    this.lease = new SqlLease(access);
  }

  async open(): Promise<void> {
    const { clock, logger, openMs = 20_000 } = this.options;
    const untilMs = clock.nowMs() + openMs;
    for (;;) {
      try {
        return await this.tryOpen();
      } catch (error) {
        const known = unavailable(error);
        await this.close().catch(() => {});
        if (known.code !== 'STORE_UNAVAILABLE' || clock.nowMs() >= untilMs) throw known;
        logger.warn({ detail: known.message }, 'the store cannot be reached yet');
      }
      await sleep(clock, retryMs);
    }
  }

  async close(): Promise<void> {
    const { database } = this;
    this.database = undefined;
    this.access.use(undefined);
    await database?.destroy();
  }

  async ping(): Promise<void> {
    await this.access.run((database) => database.selectNoFrom((part) => part.lit(1).as('one')).execute());
  }

  writeAs(epoch: number, superseded: () => void): void {
    this.access.writeAs(epoch, superseded);
  }

  private async tryOpen(): Promise<void> {
    const { home } = this.options;
    const [dialect, { Kysely }] = await Promise.all([home.connect(), import('kysely')]);
    this.database = new Kysely<Tables>({ dialect });
    await migrate(this.database, home.types, (transaction) => home.lockForMigration(transaction));
    this.access.use(this.database);
  }
}
