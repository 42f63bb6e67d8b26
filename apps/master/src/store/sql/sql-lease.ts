/** The lease of the leading master in SQL. It has a row of its own, apart from the epoch that every write looks at. */
import type { Kysely } from 'kysely';
import { type LeaseClaim, LeaseStore, type LeaseView } from '../lease-store.js';
import type { SqlAccess } from './sql-access.js';
import type { Tables } from './tables.js';

const nobody: LeaseView = { epoch: 0, beat: 0, holder: undefined, url: undefined, key: undefined };

export class SqlLease extends LeaseStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  read(): Promise<LeaseView> {
    return this.access.run(async (database) => {
      const row = await database.selectFrom('master_lease').selectAll().where('id', '=', 1).executeTakeFirst();
      if (!row) return nobody;
      const { epoch, beat, holder, url, secret } = row;
      return { epoch, beat, holder: holder ?? undefined, url: url ?? undefined, key: secret ?? undefined };
    });
  }

  take({ holder, url, key }: LeaseClaim, seen: LeaseView): Promise<number | undefined> {
    return this.access.transaction(async (transaction) => {
      await transaction
        .insertInto('master_lease')
        .values({ id: 1, epoch: 0, beat: 0, holder: null, url: null, secret: null })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const { numUpdatedRows } = await transaction
        .updateTable('master_lease')
        .set({ holder, url, secret: key })
        .where('id', '=', 1)
        .where('epoch', '=', seen.epoch)
        .where('beat', '=', seen.beat)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) return undefined;
      // Waits for writes of the last leader that are under way; those that come later see the new epoch.
      const epoch = await nextEpoch(transaction);
      await transaction.updateTable('master_lease').set({ epoch, beat: 0 }).where('id', '=', 1).execute();
      return epoch;
    });
  }

  renew(epoch: number, url: string): Promise<boolean> {
    return this.access.run(async (database) => {
      const { numUpdatedRows } = await database
        .updateTable('master_lease')
        .set((row) => ({ beat: row('beat', '+', 1), url }))
        .where('id', '=', 1)
        .where('epoch', '=', epoch)
        .executeTakeFirst();
      return Number(numUpdatedRows) > 0;
    });
  }

  release(epoch: number): Promise<void> {
    return this.access.run(async (database) => {
      await database
        .updateTable('master_lease')
        .set((row) => ({ beat: row('beat', '+', 1), holder: null, url: null, secret: null }))
        .where('id', '=', 1)
        .where('epoch', '=', epoch)
        .execute();
    });
  }
}

/** A number above every earlier one of this store. */
export async function nextEpoch(database: Kysely<Tables>): Promise<number> {
  const { epoch } = await database
    .insertInto('master_epochs')
    .values({ id: 1, epoch: 1 })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({ epoch: row('master_epochs.epoch', '+', 1) })),
    )
    .returning('epoch')
    .executeTakeFirstOrThrow();
  return epoch;
}
