/** The schema as the queries see it. What is asked for by value is a column; the rest of a record is one JSON text. */
import type { Insertable, Selectable } from 'kysely';

/** Milliseconds since the epoch, of the wall clock, are labels only. */
export interface Tables {
  master_epochs: { id: number; epoch: number };
  master_lease: {
    id: number;
    epoch: number;
    beat: number;
    holder: string | null;
    url: string | null;
    secret: string | null;
  };
  runs: { id: string; state: string; revision: number; epoch: number; created_at_ms: number; body: string };
  bundles: { hash: string; name: string; code: string };
  snapshots: { run_id: string; incarnation: string; seq: number; bytes: Uint8Array };
  judges: { run_id: string; bytes: Uint8Array };
  baselines: { run_id: string; counted_from_ms: number; bytes: Uint8Array };
  points: PointRow;
  archives: { run_id: string; elapsed_ms: number; size_bytes: number; summary: string; stats: Uint8Array };
  schedules: { id: string; created_at_ms: number; body: string };
  queue_hold: { id: number; held: number };
  events: { id: string; at_ms: number; run_id: string | null; kind: string; detail: string };
}

export interface PointRow {
  run_id: string;
  second: number;
  requests: number;
  failures: number;
  users: number;
  target_users: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  /** JSON of what only pictures need; null for none. */
  detail: string | null;
}

export type RowOf<T extends keyof Tables> = Selectable<Tables[T]>;
export type NewRowOf<T extends keyof Tables> = Insertable<Tables[T]>;
