import { QueueHoldStore } from '../../queue/queue-hold.js';
import type { SqlAccess } from './sql-access.js';

const only = 1;

/** The hold of the queue in SQL: one row, or none before the first. */
export class SqlQueueHold extends QueueHoldStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  isHeld(): Promise<boolean> {
    return this.access.run(async (database) => {
      const row = await database.selectFrom('queue_hold').select('held').where('id', '=', only).executeTakeFirst();
      return row?.held === 1;
    });
  }

  put(held: boolean): Promise<void> {
    return this.access.write(async (database) => {
      const row = { id: only, held: held ? 1 : 0 };
      await database
        .insertInto('queue_hold')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ held: row.held }))
        .execute();
    });
  }
}
