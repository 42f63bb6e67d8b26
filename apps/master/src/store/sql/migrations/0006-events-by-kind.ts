/** Events of one kind are found among any number of others: of every run there are several, of a deletion there is one. */
import type { Migration } from '../migration.js';

export const eventsByKind: Migration = async (schema) => {
  await schema.createIndex('events_by_kind').on('events').columns(['kind', 'at_ms']).execute();
};
