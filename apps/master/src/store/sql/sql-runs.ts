/** Run records in SQL. A record is JSON; what an update is conditional on stands beside it in columns. */
import { newId } from '@loadstar/shared';
import type { RunPatch, RunRecord } from '../../runs/run-record.js';
import { RunStore, type UpdateCondition } from '../run-store.js';
import type { SqlAccess } from './sql-access.js';
import { nextEpoch } from './sql-lease.js';
import type { NewRowOf } from './tables.js';

export class SqlRuns extends RunStore {
  /** @param wallMs for the labels of events */
  constructor(
    private readonly access: SqlAccess,
    private readonly wallMs: () => number,
  ) {
    super();
  }

  nextEpoch(): Promise<number> {
    return this.access.run((database) => nextEpoch(database));
  }

  insert(record: RunRecord): Promise<boolean> {
    return this.access.write(async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('runs')
        .values(rowOf(record))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (Number(numInsertedOrUpdatedRows ?? 0) === 0) return false;
      await transaction.insertInto('events').values(this.moved(record, undefined)).execute();
      return true;
    });
  }

  get(id: string): Promise<RunRecord | undefined> {
    return this.access.run(async (database) => {
      const row = await database.selectFrom('runs').select('body').where('id', '=', id).executeTakeFirst();
      return row && recordOf(row.body);
    });
  }

  list(): Promise<RunRecord[]> {
    return this.access.run(async (database) => {
      const rows = await database.selectFrom('runs').select('body').orderBy('created_at_ms').orderBy('id').execute();
      return rows.map(({ body }) => recordOf(body));
    });
  }

  update(id: string, { revision, epoch }: UpdateCondition, patch: RunPatch): Promise<RunRecord | undefined> {
    return this.access.write(async (transaction) => {
      const row = await transaction.selectFrom('runs').select('body').where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      const before = recordOf(row.body);
      const record: RunRecord = { ...before, ...patch, revision: revision + 1, epoch };
      const { state, body } = rowOf(record);
      const { numUpdatedRows } = await transaction
        .updateTable('runs')
        .set({ state, body, revision: record.revision, epoch })
        .where('id', '=', id)
        .where('revision', '=', revision)
        .where('epoch', '<=', epoch)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) return undefined;
      if (before.state !== state) {
        await transaction.insertInto('events').values(this.moved(record, before.state)).execute();
      }
      return recordOf(body);
    });
  }

  remove(id: string): Promise<boolean> {
    return this.access.write(async (transaction) => {
      for (const table of ['snapshots', 'baselines', 'judges', 'points', 'archives'] as const) {
        await transaction.deleteFrom(table).where('run_id', '=', id).execute();
      }
      const { numDeletedRows } = await transaction.deleteFrom('runs').where('id', '=', id).executeTakeFirst();
      return Number(numDeletedRows) > 0;
    });
  }

  private moved({ id, state, reason, epoch }: RunRecord, from: string | undefined): NewRowOf<'events'> {
    const detail = JSON.stringify({ from, to: state, reason, epoch });
    return { id: newId(), at_ms: Math.round(this.wallMs()), run_id: id, kind: 'run.state', detail };
  }
}

function rowOf(record: RunRecord): NewRowOf<'runs'> {
  const { id, state, revision, epoch, createdAtMs } = record;
  return { id, state, revision, epoch, created_at_ms: createdAtMs, body: JSON.stringify(record) };
}

/** What was undefined is left out of the JSON and so is undefined again. */
function recordOf(body: string): RunRecord {
  return JSON.parse(body) as RunRecord;
}
