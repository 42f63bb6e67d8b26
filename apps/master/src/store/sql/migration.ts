/** What a step of the schema is; apart from the list of steps, which imports each of them. */
import type { ColumnDataType, SchemaModule } from 'kysely';

/** What the homes call differently. */
export interface HomeTypes {
  /** Column type of bytes. */
  readonly bytes: Extract<ColumnDataType, 'blob' | 'bytea'>;
}

export type Migration = (schema: SchemaModule, types: HomeTypes) => Promise<void>;
