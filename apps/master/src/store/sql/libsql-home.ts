/**
 * The embedded home: one file that one process has for itself. The lock is the operating system's, taken by SQLite
 * itself (https://www.sqlite.org/pragma.html#pragma_locking_mode), so it is gone the moment its owner is, however it died.
 *
 * Durable here means: survives the death of the process at any moment. After a loss of power the last seconds may be
 * missing, never anything before them (WAL with synchronous=NORMAL, https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LoadstarError } from '@loadstar/shared';
import type { Dialect } from 'kysely';
import type Libsql from 'libsql';
import type { SqlHome } from './sql-home.js';

/** How long to wait for a lock that somebody is just letting go of, milliseconds. */
const lockWaitMs = 1_000;

/** @param file its folder is made when it is missing */
export function libsqlHome(file: string): SqlHome {
  return {
    types: { bytes: 'blob' },
    gatherMs: 100,
    isExclusive: true,
    lockForMigration: () => Promise.resolve(),
    async connect(): Promise<Dialect> {
      const [{ default: Database }, { SqliteDialect }] = await Promise.all([import('libsql'), import('kysely')]);
      const folder = dirname(file);
      try {
        mkdirSync(folder, { recursive: true });
        const database = new Database(file, { timeout: lockWaitMs });
        // Runs may name hosts and hold what a setup() returned; that is nobody else's business.
        chmodSync(file, 0o600);
        for (const setting of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = NORMAL']) {
          database.pragma(setting);
        }
        // The lock is taken by the first write, so there has to be one now.
        database.exec('begin immediate; commit');
        return new SqliteDialect({
          database: { prepare: (text) => database.prepare(text), close: () => letGo(database) },
        });
      } catch (error) {
        if (codeOf(error) === 'SQLITE_BUSY')
          throw new LoadstarError('STORE_LOCKED', { file, folder }, [], { cause: error });
        throw error;
      }
    },
  };
}

/** Closing alone keeps the lock until the last statement is collected as garbage. */
function letGo(database: Libsql.Database): void {
  database.pragma('journal_mode = DELETE');
  database.pragma('locking_mode = NORMAL');
  database.exec('begin immediate; commit');
  database.close();
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
