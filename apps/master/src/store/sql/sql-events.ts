import { newId } from '@loadstar/shared';
import { type EventFilter, EventStore, type StoredEvent } from '../store.js';
import type { SqlAccess } from './sql-access.js';

/** Events in SQL. */
export class SqlEvents extends EventStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  append({ atMs, runId, kind, detail }: StoredEvent): Promise<void> {
    return this.access.write(async (database) => {
      const row = { id: newId(), at_ms: Math.round(atMs), run_id: runId ?? null, kind, detail: JSON.stringify(detail) };
      await database.insertInto('events').values(row).execute();
    });
  }

  list(limit: number, { runId, kind: wanted }: EventFilter = {}): Promise<StoredEvent[]> {
    return this.access.run(async (database) => {
      const all = database.selectFrom('events').selectAll().orderBy('at_ms', 'desc').orderBy('id').limit(limit);
      const ofRun = runId === undefined ? all : all.where('run_id', '=', runId);
      const rows = await (wanted === undefined ? ofRun : ofRun.where('kind', '=', wanted)).execute();
      return rows.map(({ at_ms: atMs, run_id: run, kind, detail }) => ({
        atMs,
        runId: run ?? undefined,
        kind,
        detail: JSON.parse(detail) as StoredEvent['detail'],
      }));
    });
  }

  prune(beforeMs: number): Promise<void> {
    return this.access.write(async (database) => {
      await database.deleteFrom('events').where('at_ms', '<', Math.round(beforeMs)).execute();
    });
  }
}
