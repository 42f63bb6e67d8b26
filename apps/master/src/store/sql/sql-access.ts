/** How the parts of the SQL store reach the database: every failure of the database becomes one error from the table. */
import { LoadstarError } from '@loadstar/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.js';

/** Rows of one statement: SQLite takes 32,766 variables, PostgreSQL 65,535. */
const rowsAtOnce = 1_000;

export class SqlAccess {
  private database: Kysely<Tables> | undefined;
  private author: { readonly epoch: number; superseded(): void } | undefined;

  /** @param isShared whether other processes may write at the same moment */
  constructor(private readonly isShared: boolean) {}

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

  /** See `Store.writeAs`. */
  writeAs(epoch: number, superseded: () => void): void {
    this.author = { epoch, superseded };
  }

  /**
   * All of it or nothing, and nothing when another master leads by now.
   * @throws LoadstarError STORE_UNAVAILABLE, NOT_LEADER
   */
  write<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.transaction(async (transaction) => {
      await this.checkAuthor(transaction);
      return work(transaction);
    });
  }

  /** All of it or nothing. @throws LoadstarError STORE_UNAVAILABLE */
  transaction<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.run((database) => database.transaction().execute(work));
  }

  /** Holds the epoch until the transaction ends: whoever wants to lead waits for it, and then reads what was written. */
  private async checkAuthor(transaction: Transaction<Tables>): Promise<void> {
    const { author } = this;
    if (!author) return;
    const query = transaction.selectFrom('master_epochs').select('epoch').where('id', '=', 1);
    const { epoch } = await (this.isShared ? query.forShare() : query).executeTakeFirstOrThrow();
    if (epoch <= author.epoch) return;
    author.superseded();
    throw new LoadstarError('NOT_LEADER', { leader: 'another one' });
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
