// The part of `GET /api/v1/runs/:id/summary` that the page reads.

export interface TimeSummary {
  count: number;
  averageMs: number;
  minMs: number;
  maxMs: number;
  /** By `p50`, `p66` .. `p99.99`, `p100`. */
  percentiles: Readonly<Record<string, number>>;
}

export interface SummaryRow {
  method: string;
  name: string;
  response: TimeSummary;
  service: TimeSummary;
}

export interface Generator {
  worker: string;
  incarnation: string;
  users: number;
  health: { cpuPercent: number; rssBytes: number; loopLagMs: number; engines: number };
}

export interface Summary {
  meta: { workers: number; engines: number; loadstarVersion: string; users: number };
  rows: SummaryRow[];
  total: SummaryRow;
  iterations: { started: number; finished: number; failed: number; interrupted: number };
  connections: { opened: number; reusedAfterStaleClose: number; failed: number };
  connect: TimeSummary;
  /** How late the load generators were against their own plan. */
  lag: TimeSummary;
  generators: Generator[];
}
