/** How the parts of the SQL store reach the database: every failure of the database becomes one error from the table. */
import { LoadstarError } from '@loadstar/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.js';

/** Rows of one statement: SQLite takes 32,766 variables, PostgreSQL 65,535. */
const rowsAtOnce = 1_000;

export class SqlAccess {
  private database: Kysely<Tables> | undefined;

  use(database: Kysely<Tables> | undefined): void {
    this.database = database;
  }

  /** @throws LoadstarError STORE_UNAVAILABLE */
  async run<T>(work: (database: Kysely<Tables>) => Promise<T>): Promise<T> {
    const { database } = this;
    if (!database) throw unavailable(new Error('it is not open'));
    try {
      return await work(database);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** All of it or nothing. @throws LoadstarError STORE_UNAVAILABLE */
  transaction<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.run((database) => database.transaction().execute(work));
  }
}

export function unavailable(error: unknown): LoadstarError {
  if (error instanceof LoadstarError) return error;
  const detail = error instanceof Error && error.message !== '' ? error.message : codeOf(error);
  return new LoadstarError('STORE_UNAVAILABLE', { detail }, [], { cause: error });
}

export function chunks<T>(rows: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) all.push(rows.slice(from, from + rowsAtOnce));
  return all;
}

/** libSQL gives bytes as ArrayBuffer, pg as Buffer. */
export function asBytes(value: Uint8Array | ArrayBuffer): Uint8Array {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}

// A refused connection to a name with several addresses is an AggregateError without a message.
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
