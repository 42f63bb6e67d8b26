// A run that is over in the form of the live snapshot, so that every view of the page shows both.
import type { RunEvent, RunView, SeriesPoint, StatsView, WorkerView } from '@loadstar/shared';
import type { Summary } from '../api/summary.js';
import { initialSnapshot, type LiveSnapshot, settledSecond } from '../live/live-model.js';

export interface PastRun {
  run: RunView;
  stats: StatsView;
  series: readonly SeriesPoint[];
  summary: Summary;
  events: readonly RunEvent[];
}

export function snapshotOf({ run, stats, series, summary, events }: PastRun): LiveSnapshot {
  const snapshot = initialSnapshot();
  snapshot.series.add(series, settledSecond(stats));
  const workers = summary.generators.map((generator) => workerOf(generator, summary.meta.loadstarVersion));
  return { ...snapshot, run, stats, workers, events, heardAt: Date.now(), seriesVersion: 1 };
}

/** What a worker said last. What only a connected one has is left at nothing. */
function workerOf({ worker, incarnation, users, health }: Summary['generators'][number], version: string): WorkerView {
  const { cpuPercent, rssBytes, loopLagMs, engines } = health;
  const unknown = { clockOffsetMs: Number.NaN, roundTripMs: Number.NaN, snapshots: 0, lastSeenMs: Number.NaN };
  return {
    id: worker,
    incarnation,
    state: 'ready',
    users,
    engines,
    cpuPercent,
    rssBytes,
    loopLagMs,
    version,
    ...unknown,
  };
}
