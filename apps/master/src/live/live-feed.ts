/** What the live feed says: everything to a newcomer, then what each client has not seen yet. Knows no sockets. */
import type { LiveFrame, LiveState, SeriesPoint } from '@loadstar/shared';
import type { FleetView, RunControl } from '../runs/run-control.js';

/** Points this young may still grow, because workers report at different moments of a second. */
const unsettledSeconds = 3;

/** How far one client is. A skipped frame leaves it where it was, so the next one brings what was missed. */
export interface Cursor {
  runId: string | null;
  /** Requests counted so far; fewer of them mean that somebody reset the statistics. */
  requests: number;
  /** First second that the next frame brings. */
  fromSecond: number;
}

export class LiveFeed {
  constructor(
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
  ) {}

  /** Everything, for a client that has just come. */
  state(): { state: LiveState; cursor: Cursor } {
    const stats = this.runs.stats();
    const series = stats.runId === null ? [] : this.runs.series(stats.runId);
    const state = {
      run: this.runs.current(),
      stats,
      series,
      workers: this.fleet.workers(),
      scenarios: this.runs.scenarios(),
    };
    return { state, cursor: { runId: stats.runId, requests: stats.total.requests, fromSecond: next(series, 0) } };
  }

  /**
   * One moment for any number of clients: the numbers are computed once, whoever asks.
   * @returns what to tell the client that is as far as its cursor says: a frame, and before it the whole state when
   * another run or a reset has made what it knows worthless
   */
  moment(): (cursor: Cursor) => { state?: LiveState; frame: LiveFrame; cursor: Cursor } {
    const stats = this.runs.stats();
    const run = this.runs.current();
    const workers = this.fleet.workers();
    const pointsFrom = new Map<number, SeriesPoint[]>();
    return (cursor) => {
      if (cursor.runId !== stats.runId || stats.total.requests < cursor.requests) {
        const anew = this.state();
        return { ...anew, frame: { run, stats, points: [], workers } };
      }
      const from = cursor.fromSecond;
      const points = pointsFrom.get(from) ?? (stats.runId === null ? [] : this.runs.series(stats.runId, from));
      pointsFrom.set(from, points);
      const { runId, total } = stats;
      return {
        frame: { run, stats, points, workers },
        cursor: { runId, requests: total.requests, fromSecond: next(points, from) },
      };
    };
  }
}

function next(points: readonly SeriesPoint[], from: number): number {
  const last = points.at(-1);
  return last === undefined ? from : Math.max(0, last.second + 1 - unsettledSeconds);
}
