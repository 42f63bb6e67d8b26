/** Whether the queue is held. */
import type { Migration } from '../migration.js';

export const queueHold: Migration = async (schema) => {
  await schema
    .createTable('queue_hold')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('held', 'integer', (column) => column.notNull())
    .execute();
};
