/** A place that can hold the SQL schema, and what differs between such places. */
import type { Dialect, Kysely } from 'kysely';
import type { HomeTypes } from './migration.js';
import type { Tables } from './tables.js';

export interface SqlHome {
  readonly types: HomeTypes;
  /** Milliseconds to gather changes for before they are committed together. */
  readonly gatherMs: number;
  /** Whether only one process at a time can have it open: whoever has is then the only master. */
  readonly isExclusive: boolean;
  /**
   * Connects, and makes sure that nobody else writes to it where only one may.
   * @throws LoadstarError STORE_LOCKED
   */
  connect(): Promise<Dialect>;
  /** Makes others that migrate at the same moment wait until the transaction ends. */
  lockForMigration(transaction: Kysely<Tables>): Promise<void>;
}
