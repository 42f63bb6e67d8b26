/** What a second knows beside its percentiles: service time, the spread of response times, and whether it is a gap. */
import type { Migration } from '../migration.js';

export const pointDetails: Migration = async (schema) => {
  await schema.alterTable('points').addColumn('detail', 'text').execute();
};
