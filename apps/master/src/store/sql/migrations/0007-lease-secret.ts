/** By which masters of one store know each other: who can read it is one of them. */
import type { Migration } from '../migration.js';

export const leaseSecret: Migration = async (schema) => {
  await schema.alterTable('master_lease').addColumn('secret', 'text').execute();
};
