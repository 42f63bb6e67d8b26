/**
 * Brings the schema up to date, step by step and each step whole or not at all. A step that was released is never
 * changed; a change of the schema is a new one at the end of the list.
 */
import { LoadstarError } from '@loadstar/shared';
import type { Kysely } from 'kysely';
import type { HomeTypes, Migration } from './migration.js';
import { runs } from './migrations/0001-runs.js';
import { schedules } from './migrations/0002-schedules.js';
import { pointDetails } from './migrations/0003-point-details.js';
import { leader } from './migrations/0004-leader.js';
import { judges } from './migrations/0005-judges.js';
import { eventsByKind } from './migrations/0006-events-by-kind.js';
import { leaseSecret } from './migrations/0007-lease-secret.js';
import { queueHold } from './migrations/0008-queue-hold.js';
import type { Tables } from './tables.js';

const migrations: readonly Migration[] = [
  runs,
  schedules,
  pointDetails,
  leader,
  judges,
  eventsByKind,
  leaseSecret,
  queueHold,
];

type VersionTable = { schema_version: { id: number; version: number } };

/**
 * @param lock makes other masters that migrate at the same moment wait, where the home can have several
 * @throws LoadstarError STORE_NEWER when a newer Loadstar wrote it
 */
export async function migrate(
  database: Kysely<Tables>,
  types: HomeTypes,
  lock: (transaction: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await lock(transaction);
    const { schema } = transaction;
    await schema
      .createTable('schema_version')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute();
    const versions = transaction.withTables<VersionTable>();
    const row = await versions.selectFrom('schema_version').select('version').executeTakeFirst();
    const version = row?.version ?? 0;
    if (version > migrations.length) {
      throw new LoadstarError('STORE_NEWER', { found: version, known: migrations.length });
    }
    if (version === migrations.length) return;
    for (const migration of migrations.slice(version)) await migration(schema, types);
    const next = { id: 1, version: migrations.length };
    await versions
      .insertInto('schema_version')
      .values(next)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ version: next.version }))
      .execute();
  });
}
