// What the page knows about the platform at this moment, and how each message of the live feed changes it. Pure, so
// that reconnects, a new run and a reset are tested without a socket.
import type { LiveFrame, LiveState, RunView, ScenarioView, StatsView, WorkerView } from '@loadstar/shared';
import type { RunEvent } from '../api/extras.js';
import { addEvents, withOwnEvents } from './events.js';
import { durationWords } from '../format/durations.js';
import { isActive } from './run-phase.js';
import { SeriesStore } from './series-store.js';

export type Connection =
  | 'connecting'
  /** Connected, frames arrive. */
  | 'live'
  /** Connected, but no frame for some seconds. */
  | 'stalled'
  /** Connection lost; the socket tries again by itself. */
  | 'reconnecting'
  /** The server wants a token. */
  | 'refused';

export interface LiveSnapshot {
  connection: Connection;
  /** Last message of the server, epoch milliseconds; 0 before the first. */
  heardAt: number;
  run: RunView | null;
  /** Null until the first message. */
  stats: StatsView | null;
  workers: readonly WorkerView[];
  scenarios: readonly ScenarioView[];
  /** What happened to the run, as the master tells it; and when this page was away. */
  events: readonly RunEvent[];
  /** Runs that wait for their turn, in its order. */
  waiting: readonly RunView[];
  /** The same object for the life of the page; `seriesVersion` says when its content changed. */
  series: SeriesStore;
  seriesVersion: number;
  /** How long after its end a second is taken to be whole; learnt from seconds that grew after they were shown. */
  delaySeconds: number;
}

/** Frames come once a second; three missed ones are worth a word. */
export const stallAfterMs = 3500;

export function initialSnapshot(): LiveSnapshot {
  return {
    connection: 'connecting',
    heardAt: 0,
    run: null,
    stats: null,
    workers: [],
    scenarios: [],
    events: [],
    waiting: [],
    series: new SeriesStore(),
    seriesVersion: 0,
    delaySeconds: leastDelaySeconds,
  };
}

/**
 * How long after the end of a second its last count arrives: workers report once a second, each at its own moment.
 * Longer on machines that are short of time; what comes later still is drawn as the growth that it is.
 */
const leastDelaySeconds = 1;
const mostDelaySeconds = 3;

/** The last second of a run that grows no more. */
export function settledSecond(
  stats: Pick<StatsView, 'state' | 'elapsedSeconds'>,
  delaySeconds = leastDelaySeconds,
): number {
  // When all is told, only the piece of a second that the run ended in is not whole; a very short run has nothing else.
  if (!isActive(stats.state)) return Math.max(0, Math.floor(stats.elapsedSeconds) - 1);
  return Math.floor(stats.elapsedSeconds - delaySeconds) - 1;
}

/** A `state` message holds everything: what was missed while the connection was down comes with it. */
export function applyState(before: LiveSnapshot, state: LiveState, nowMs: number): LiveSnapshot {
  before.series.clear();
  before.series.add(state.series, settledSecond(state.stats, before.delaySeconds));
  return {
    ...before,
    connection: 'live',
    heardAt: nowMs,
    run: state.run,
    stats: state.stats,
    workers: state.workers,
    scenarios: state.scenarios,
    events: eventsOnJoining(before, state, nowMs),
    waiting: state.waiting,
    seriesVersion: before.seriesVersion + 1,
  };
}

export function applyFrame(before: LiveSnapshot, frame: LiveFrame, nowMs: number): LiveSnapshot {
  const otherRun = (frame.run?.id ?? null) !== (before.run?.id ?? null);
  // Within one run time only goes back when somebody reset the statistics.
  const wentBack = frame.stats.elapsedSeconds + 1 < (before.stats?.elapsedSeconds ?? 0);
  const anew = otherRun || wentBack;
  if (anew) before.series.clear();
  const shownBefore = before.series.length;
  const delaySeconds = anew ? leastDelaySeconds : before.delaySeconds;
  const grew = before.series.add(frame.points, settledSecond(frame.stats, delaySeconds));
  const drawnAgain = anew || before.series.length !== shownBefore || frame.points.length > 0;
  return {
    ...before,
    connection: 'live',
    heardAt: nowMs,
    run: frame.run,
    stats: frame.stats,
    workers: frame.workers ?? before.workers,
    events: otherRun ? frame.events : addEvents(before.events, frame.events),
    waiting: frame.waiting,
    seriesVersion: before.seriesVersion + (drawnAgain ? 1 : 0),
    delaySeconds: grew ? Math.min(mostDelaySeconds, delaySeconds + 1) : delaySeconds,
  };
}

/** Coming back to the same run: that the page was away is worth a mark. */
function eventsOnJoining(before: LiveSnapshot, state: LiveState, nowMs: number): readonly RunEvent[] {
  if (!state.run || state.run.id !== before.run?.id) return state.events;
  const awayMs = nowMs - before.heardAt;
  if (awayMs < stallAfterMs || !isActive(state.run.state)) return withOwnEvents(before.events, state.events);
  const second = Math.max(0, state.stats.elapsedSeconds - awayMs / 1000);
  const text = `This page heard nothing for ${durationWords(awayMs / 1000)}.`;
  const away: RunEvent = { second, at: new Date(before.heardAt).toISOString(), kind: 'page', text };
  return withOwnEvents([...before.events, away], state.events);
}

/** A run that this page has just started, shown before the first frame that knows it. */
export function applyStarted(before: LiveSnapshot, run: RunView): LiveSnapshot {
  if (before.run?.id === run.id) return before;
  before.series.clear();
  return { ...before, run, stats: null, events: [], seriesVersion: before.seriesVersion + 1 };
}

export function applyConnection(before: LiveSnapshot, connection: Connection): LiveSnapshot {
  return before.connection === connection ? before : { ...before, connection };
}

/** Called now and then: a connection that stays open but silent is not live. */
export function applyTick(before: LiveSnapshot, nowMs: number): LiveSnapshot {
  if (before.connection !== 'live' || nowMs - before.heardAt < stallAfterMs) return before;
  return { ...before, connection: 'stalled' };
}
