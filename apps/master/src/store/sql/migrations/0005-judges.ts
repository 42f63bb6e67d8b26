/** What the judge of a run remembers takes the place of the two counts of strained snapshots. */
import type { Migration } from '../migration.js';

export const judges: Migration = async (schema, { bytes }) => {
  await schema
    .createTable('judges')
    .addColumn('run_id', 'text', (column) => column.primaryKey())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
  await schema.alterTable('snapshots').dropColumn('snapshots').execute();
  await schema.alterTable('snapshots').dropColumn('lagging').execute();
};
