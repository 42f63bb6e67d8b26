/** Numbers of runs in SQL: a commit is one transaction over all runs, in which nothing ever goes backwards. */
import type { SeriesPoint } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';
import type { Transaction } from 'kysely';
import {
  NumberStore,
  type RunArchive,
  type RunChanges,
  type StoredNumbers,
  type StoredSnapshot,
} from '../number-store.js';
import { asBytes, chunks, type SqlAccess } from './sql-access.js';
import type { PointRow, Tables } from './tables.js';

/** What a row of the series takes with its key and its place in the index, bytes, about. */
const pointBytes = 200;

export class SqlNumbers extends NumberStore {
  constructor(private readonly access: SqlAccess) {
    super();
  }

  commit(changes: readonly RunChanges[], epoch: number): Promise<string[]> {
    return this.access.write(async (transaction) => {
      const ids = changes.map(({ runId }) => runId);
      const newer = await transaction
        .selectFrom('runs')
        .select('id')
        .where('id', 'in', ids)
        .where('epoch', '>', epoch)
        .execute();
      const takenOver = newer.map(({ id }) => id);
      const ours = changes.filter(({ runId }) => !takenOver.includes(runId));
      await writeSnapshots(
        transaction,
        ours.flatMap(({ snapshots }) => snapshots),
      );
      await writePoints(
        transaction,
        ours.flatMap(({ runId, points }) => points.map((point) => pointRow(runId, point))),
      );
      for (const { runId, judge } of ours) {
        if (!judge) continue;
        const row = { bytes: Buffer.from(judge) };
        await transaction
          .insertInto('judges')
          .values({ run_id: runId, ...row })
          .onConflict((conflict) => conflict.column('run_id').doUpdateSet(row))
          .execute();
      }
      for (const { runId, baseline } of ours) {
        if (!baseline) continue;
        const row = { counted_from_ms: baseline.countedFromMs, bytes: Buffer.from(baseline.bytes) };
        await transaction
          .insertInto('baselines')
          .values({ run_id: runId, ...row })
          .onConflict((conflict) => conflict.column('run_id').doUpdateSet(row))
          .execute();
      }
      return takenOver;
    });
  }

  async load(runId: string): Promise<StoredNumbers> {
    const points = await this.points(runId, 0);
    return this.access.run(async (database) => {
      const rows = await database.selectFrom('snapshots').selectAll().where('run_id', '=', runId).execute();
      const base = await database.selectFrom('baselines').selectAll().where('run_id', '=', runId).executeTakeFirst();
      const judge = await database.selectFrom('judges').select('bytes').where('run_id', '=', runId).executeTakeFirst();
      return {
        snapshots: rows.map(({ run_id: _run, bytes, ...row }) => ({ ...row, runId, bytes: asBytes(bytes) })),
        points,
        baseline: base && { countedFromMs: base.counted_from_ms, bytes: asBytes(base.bytes) },
        judge: judge && asBytes(judge.bytes),
      };
    });
  }

  points(runId: string, fromSecond: number): Promise<SeriesPoint[]> {
    return this.access.run(async (database) => {
      const rows = await database
        .selectFrom('points')
        .selectAll()
        .where('run_id', '=', runId)
        .where('second', '>=', Math.floor(fromSecond))
        .orderBy('second')
        .execute();
      return rows.map(pointOf);
    });
  }

  archive(runId: string, { summary, stats, elapsedMs }: RunArchive): Promise<void> {
    return this.access.write(async (database) => {
      const text = JSON.stringify(summary);
      const row = {
        elapsed_ms: elapsedMs,
        size_bytes: text.length + stats.byteLength + Math.ceil(elapsedMs / 1_000) * pointBytes,
        summary: text,
        stats: Buffer.from(stats),
      };
      await database
        .insertInto('archives')
        .values({ run_id: runId, ...row })
        .onConflict((conflict) => conflict.column('run_id').doUpdateSet(row))
        .execute();
    });
  }

  archived(runId: string): Promise<RunArchive | undefined> {
    return this.access.run(async (database) => {
      const row = await database.selectFrom('archives').selectAll().where('run_id', '=', runId).executeTakeFirst();
      if (!row) return undefined;
      const summary = JSON.parse(row.summary) as RunSummary;
      return { summary, stats: asBytes(row.stats), elapsedMs: row.elapsed_ms };
    });
  }

  dropSnapshots(runId: string): Promise<void> {
    return this.access.write(async (transaction) => {
      await transaction.deleteFrom('snapshots').where('run_id', '=', runId).execute();
      await transaction.deleteFrom('baselines').where('run_id', '=', runId).execute();
    });
  }

  sizes(): Promise<ReadonlyMap<string, number>> {
    return this.access.run(async (database) => {
      const rows = await database.selectFrom('archives').select(['run_id', 'size_bytes']).execute();
      return new Map(rows.map((row) => [row.run_id, row.size_bytes]));
    });
  }
}

async function writeSnapshots(transaction: Transaction<Tables>, snapshots: readonly StoredSnapshot[]): Promise<void> {
  for (const some of chunks(snapshots)) {
    await transaction
      .insertInto('snapshots')
      .values(some.map(({ runId, bytes, ...row }) => ({ ...row, run_id: runId, bytes: Buffer.from(bytes) })))
      .onConflict((conflict) =>
        conflict
          .columns(['run_id', 'incarnation'])
          .doUpdateSet((row) => ({
            seq: row.ref('excluded.seq'),
            bytes: row.ref('excluded.bytes'),
          }))
          .whereRef('excluded.seq', '>', 'snapshots.seq'),
      )
      .execute();
  }
}

async function writePoints(transaction: Transaction<Tables>, rows: readonly PointRow[]): Promise<void> {
  for (const some of chunks(rows)) {
    await transaction
      .insertInto('points')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['run_id', 'second']).doUpdateSet((row) => ({
          requests: row.ref('excluded.requests'),
          failures: row.ref('excluded.failures'),
          users: row.ref('excluded.users'),
          target_users: row.ref('excluded.target_users'),
          p50_ms: row.ref('excluded.p50_ms'),
          p95_ms: row.ref('excluded.p95_ms'),
          p99_ms: row.ref('excluded.p99_ms'),
          detail: row.ref('excluded.detail'),
        })),
      )
      .execute();
  }
}

function pointRow(runId: string, point: SeriesPoint): PointRow {
  return {
    run_id: runId,
    second: point.second,
    requests: point.requests,
    failures: point.failures,
    users: point.users,
    target_users: point.targetUsers,
    p50_ms: point.p50Ms,
    p95_ms: point.p95Ms,
    p99_ms: point.p99Ms,
    detail: detailOf(point),
  };
}

function pointOf(row: PointRow): SeriesPoint {
  return {
    second: row.second,
    requests: row.requests,
    failures: row.failures,
    users: row.users,
    targetUsers: row.target_users,
    p50Ms: row.p50_ms,
    p95Ms: row.p95_ms,
    p99Ms: row.p99_ms,
    ...pointDetail(row.detail === null ? {} : (JSON.parse(row.detail) as StoredDetail)),
  };
}

/** Short keys, because there is one of these for every second. */
interface StoredDetail {
  /** Service time: 50th, 95th and 99th percentile. */
  s?: [number | null, number | null, number | null];
  /** Requests by response time. */
  l?: number[];
  /** A gap. */
  g?: 1;
}

function detailOf({ serviceP50Ms, serviceP95Ms, serviceP99Ms, latency, gap }: SeriesPoint): string | null {
  const detail: StoredDetail = {
    ...(serviceP50Ms == null ? {} : { s: [serviceP50Ms, serviceP95Ms ?? null, serviceP99Ms ?? null] }),
    ...(latency ? { l: latency } : {}),
    ...(gap ? { g: 1 } : {}),
  };
  return Object.keys(detail).length === 0 ? null : JSON.stringify(detail);
}

function pointDetail({ s = [null, null, null], l, g }: StoredDetail): Partial<SeriesPoint> {
  const [serviceP50Ms, serviceP95Ms, serviceP99Ms] = s;
  return { serviceP50Ms, serviceP95Ms, serviceP99Ms, ...(l ? { latency: l } : {}), ...(g ? { gap: true } : {}) };
}
