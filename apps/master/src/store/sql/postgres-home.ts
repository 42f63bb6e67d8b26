/** The home that several masters can share: PostgreSQL, reached through a small pool whose every wait has an end. */
import type { Logger } from '@loadstar/shared';
import type { Dialect } from 'kysely';
import type { SqlHome } from './sql-home.js';

const connections = 4;
/** Longest wait for a connection, and for the answer to a statement, milliseconds. */
const connectMs = 3_000;
const answerMs = 5_000;
/** Object id of bigint; all of ours are counts and times, far below 2^53. */
const bigintOid = 20;
/** Number of the advisory lock of migrations; any, but the same for all masters. */
const migrationLock = 7_042_026;

/** @param url connection string, such as postgres://user:password@host:5432/database */
export function postgresHome(url: string, logger: Logger): SqlHome {
  return {
    types: { bytes: 'bytea' },
    gatherMs: 100,
    isExclusive: false,
    async lockForMigration(transaction) {
      const { sql } = await import('kysely');
      await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(transaction);
    },
    async connect(): Promise<Dialect> {
      const [{ default: pg }, { PostgresDialect }] = await Promise.all([import('pg'), import('kysely')]);
      const pool = new pg.Pool({
        connectionString: url,
        max: connections,
        connectionTimeoutMillis: connectMs,
        query_timeout: answerMs,
        statement_timeout: answerMs,
        idle_in_transaction_session_timeout: answerMs,
        keepAlive: true,
        application_name: 'loadstar',
        types: {
          getTypeParser: (oid: number, format?: 'text' | 'binary') =>
            oid === bigintOid ? Number : pg.types.getTypeParser(oid, format),
        },
      });
      // A connection that breaks is replaced at the next need. Without listeners it would end the process: one on the
      // pool for those that are idle, one on each for while it is in use.
      const broke = (error: Error): void => logger.warn({ detail: error.message }, 'a connection to PostgreSQL broke');
      pool.on('error', broke);
      pool.on('connect', (client) => client.on('error', broke));
      return new PostgresDialect({ pool });
    },
  };
}
