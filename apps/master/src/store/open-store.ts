/** Which store a master has: PostgreSQL when it was given one, or else a file of its own. */
import { join } from 'node:path';
import type { Clock, Logger } from '@loadstar/shared';
import type { MasterConfig } from '../config/master-config.js';
import { libsqlHome } from './sql/libsql-home.js';
import { postgresHome } from './sql/postgres-home.js';
import { SqlStore } from './sql/sql-store.js';
import type { Store } from './store.js';

/** The store that the settings ask for, not yet open. */
export function storeFor({ databaseUrl, dataDir }: MasterConfig, clock: Clock, logger: Logger): Store {
  const home = databaseUrl === undefined ? libsqlHome(join(dataDir, 'loadstar.db')) : postgresHome(databaseUrl, logger);
  return new SqlStore({ home, clock, logger });
}
