/** Runs that are queued again and again. */
import type { Migration } from '../migration.js';

export const schedules: Migration = async (schema) => {
  await schema
    .createTable('schedules')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
};
