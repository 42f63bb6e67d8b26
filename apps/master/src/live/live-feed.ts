/**
 * What the live feed says: everything to a newcomer, in a bounded number of points however long the run, then what each
 * client has not seen yet. Whoever is told everything in one moment is told the same object. Knows no sockets.
 */
import type { LiveFrame, LiveState, RunView, ScenarioView, SeriesPoint } from '@loadstar/shared';
import type { QueueControl } from '../queue/queue-control.js';
import type { FleetView, RunControl } from '../runs/run-control.js';

/** Points this young may still grow, because workers report at different moments of a second. */
const unsettledSeconds = 3;

/** How far one client is. A skipped frame leaves it where it was, so the next one brings what was missed. */
export interface Cursor {
  runId: string | null;
  /** Requests counted so far; fewer of them mean that somebody reset the statistics. */
  requests: number;
  /** What it knows of the scenarios, in short. */
  scenarios: string;
  /** First second that the next frame brings. */
  fromSecond: number;
  /** Events of the run that it knows. */
  events: number;
}

export interface Told {
  readonly state: LiveState;
  readonly cursor: Cursor;
}

/** Clients that come within this time are told the same, milliseconds: after an outage they come all at once. */
const sharedMs = 250;

/** Waiting runs that are told. */
const waitingTold = 50;

export class LiveFeed {
  private last: { readonly atMs: number; readonly told: Told } | undefined;

  constructor(
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
    private readonly queue: Pick<QueueControl, 'placed' | 'waiting'>,
  ) {}

  /**
   * Everything, for a client that has just come. A little old is as good: the first frame brings what has come since.
   * @param nowMs monotonic milliseconds
   */
  greeting(nowMs: number): Told {
    const runId = this.runs.current()?.id ?? null;
    const { last } = this;
    if (last && nowMs - last.atMs < sharedMs && last.told.cursor.runId === runId) return last.told;
    const told = this.state();
    this.last = { atMs: nowMs, told };
    return told;
  }

  /** The same of this moment. */
  state(): Told {
    const stats = this.runs.stats();
    const series = stats.runId === null ? [] : this.runs.overview(stats.runId);
    const scenarios = this.runs.scenarios();
    const run = this.run();
    const events = run === null ? [] : this.runs.events(run.id);
    const workers = this.fleet.workers();
    const state = { run, stats, series, workers, scenarios, events, waiting: this.waiting() };
    const { runId, total } = stats;
    const cursor = {
      runId,
      requests: total.requests,
      scenarios: brief(scenarios),
      fromSecond: next(series, 0),
      events: events.length,
    };
    return { state, cursor };
  }

  /**
   * One moment for any number of clients: the numbers are computed once, whoever asks.
   * @param withWorkers whether it also tells of the workers, which are most of what a large fleet's frame is
   * @returns what to tell the client that is as far as its cursor says: a frame, and before it the whole state when
   * another run, a reset or a change of the scenarios has made what it knows worthless
   */
  moment(withWorkers = true): (cursor: Cursor) => { state?: LiveState; frame: LiveFrame; cursor: Cursor } {
    const stats = this.runs.stats();
    const run = this.run();
    const allEvents = run === null ? [] : this.runs.events(run.id);
    const waiting = this.waiting();
    const workers = withWorkers ? this.fleet.workers() : null;
    const scenarios = brief(this.runs.scenarios());
    const pointsFrom = new Map<number, SeriesPoint[]>();
    let anew: Told | undefined;
    return (cursor) => {
      const isReset = stats.total.requests < cursor.requests;
      if (cursor.runId !== stats.runId || isReset || cursor.scenarios !== scenarios) {
        anew ??= this.state();
        return { ...anew, frame: { run, stats, points: [], workers, events: [], waiting } };
      }
      const from = cursor.fromSecond;
      const points = pointsFrom.get(from) ?? (stats.runId === null ? [] : this.runs.series(stats.runId, from));
      pointsFrom.set(from, points);
      const { runId, total } = stats;
      const events = allEvents.slice(cursor.events);
      return {
        frame: { run, stats, points, workers, events, waiting },
        cursor: {
          runId,
          requests: total.requests,
          scenarios,
          fromSecond: next(points, from),
          events: allEvents.length,
        },
      };
    };
  }

  private run(): RunView | null {
    const run = this.runs.current();
    return run && this.queue.placed(run);
  }

  private waiting(): RunView[] {
    return this.queue.waiting(waitingTold);
  }
}

/** Changes when a scenario comes, goes, changes, or when a worker has looked at it. */
function brief(scenarios: readonly ScenarioView[]): string {
  return scenarios.map(({ name, hash, description, problem }) => [name, hash, !!description, problem].join()).join(';');
}

function next(points: readonly SeriesPoint[], from: number): number {
  const last = points.at(-1);
  return last === undefined ? from : Math.max(0, last.second + 1 - unsettledSeconds);
}
