/** Which of several masters leads; what its writes are measured by is `master_epochs`. */
import type { Migration } from '../migration.js';

export const leader: Migration = async (schema) => {
  await schema
    .createTable('master_lease')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('beat', 'bigint', (column) => column.notNull())
    .addColumn('holder', 'text')
    .addColumn('url', 'text')
    .execute();
};
