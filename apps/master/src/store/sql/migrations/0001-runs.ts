/** The first schema: runs, their numbers while they go on and afterwards, bundles, events. */
import type { Migration } from '../migration.js';

export const runs: Migration = async (schema, { bytes }) => {
  await schema
    .createTable('master_epochs')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('bundles')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('snapshots')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('incarnation', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('snapshots', 'bigint', (column) => column.notNull())
    .addColumn('lagging', 'bigint', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('snapshots_key', ['run_id', 'incarnation'])
    .execute();
  await schema
    .createTable('baselines')
    .addColumn('run_id', 'text', (column) => column.primaryKey())
    .addColumn('counted_from_ms', 'double precision', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
  await schema
    .createTable('points')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('second', 'integer', (column) => column.notNull())
    .addColumn('requests', 'bigint', (column) => column.notNull())
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('users', 'bigint', (column) => column.notNull())
    .addColumn('target_users', 'bigint', (column) => column.notNull())
    .addColumn('p50_ms', 'double precision')
    .addColumn('p95_ms', 'double precision')
    .addColumn('p99_ms', 'double precision')
    .addPrimaryKeyConstraint('points_key', ['run_id', 'second'])
    .execute();
  await schema
    .createTable('archives')
    .addColumn('run_id', 'text', (column) => column.primaryKey())
    .addColumn('elapsed_ms', 'double precision', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('summary', 'text', (column) => column.notNull())
    .addColumn('stats', bytes, (column) => column.notNull())
    .execute();
  await schema
    .createTable('events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('run_id', 'text')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('events_by_time').on('events').column('at_ms').execute();
};
