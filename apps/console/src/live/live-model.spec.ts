import type { LiveFrame, LiveState, RunEvent, RunView, SeriesPoint, StatsRow, StatsView } from '@loadstar/shared';
import {
  applyConnection,
  applyFrame,
  applyStarted,
  applyState,
  applyTick,
  initialSnapshot,
  stallAfterMs,
} from './live-model.js';
import { isActive, isEditable } from './run-phase.js';

const total = { method: '', name: 'Aggregated', requests: 0, failures: 0 } as StatsRow;
const stats = (elapsedSeconds: number): StatsView => ({
  runId: 'r1',
  state: 'running',
  elapsedSeconds,
  users: 5,
  targetUsers: 5,
  usersByClass: {},
  rows: [],
  total,
  failures: [],
  exceptions: [],
  checks: [],
});
const run = (id: string) => ({ id, state: 'running' }) as RunView;
const point = (second: number): SeriesPoint => ({
  second,
  requests: second,
  failures: 0,
  users: 1,
  targetUsers: 1,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
});
const event = (second: number): RunEvent => ({ second, at: '', kind: 'phase', text: `Event ${second}.` });
/** So long after the start of a second it grows no more. */
const reported = 2;
const state = (id: string, seconds: number[]): LiveState => ({
  run: run(id),
  stats: stats((seconds.at(-1) ?? 0) + reported),
  series: seconds.map(point),
  workers: [],
  scenarios: [],
  events: [event(1)],
  waiting: [],
});
const frame = (id: string, elapsed: number, seconds: number[]): LiveFrame => ({
  run: run(id),
  stats: stats(elapsed),
  points: seconds.map(point),
  workers: [],
  events: [],
  waiting: [],
});

describe('live model', () => {
  it('takes the whole state on joining and adds frames to it', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1]), 1000);
    live = applyFrame(live, frame('r1', 4, [2]), 2000);
    expect(live.connection).toBe('live');
    expect(live.series.columns.seconds).toEqual([0, 1, 2]);
    expect(live.heardAt).toBe(2000);
  });

  it('heals what was missed from the state that follows a reconnect', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1]), 1000);
    live = applyConnection(live, 'reconnecting');
    expect(live.connection).toBe('reconnecting');
    live = applyState(live, state('r1', [0, 1, 2, 3, 4]), 9000);
    expect(live.series.columns.requests).toEqual([0, 1, 2, 3, 4]);
    expect(live.connection).toBe('live');
  });

  it('keeps the events of the run, and marks that it was away itself', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1]), 1000);
    live = applyFrame(live, { ...frame('r1', 4, [2]), events: [event(4)] }, 2000);
    expect(live.events.map(({ second }) => second)).toEqual([1, 4]);
    live = applyState(live, { ...state('r1', [0, 1, 2, 9]), events: [event(1), event(4), event(10)] }, 9000);
    expect(live.events.map(({ kind }) => kind)).toEqual(['phase', 'phase', 'page', 'phase']);
    expect(applyFrame(live, frame('r2', 1, [0]), 9500).events).toEqual([]);
  });

  it('draws nothing of the last run into the next', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1, 2]), 1000);
    live = applyFrame(live, frame('r2', 2, [0]), 2000);
    expect(live.series.columns.seconds).toEqual([0]);
  });

  it('clears the charts when time goes back within a run, which only a reset does', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1, 2, 3, 4]), 1000);
    live = applyFrame(live, frame('r1', 2, [0]), 2000);
    expect(live.series.columns.seconds).toEqual([0]);
  });

  it('does not redraw the charts for a frame without points', () => {
    const before = applyState(initialSnapshot(), state('r1', [0]), 1000);
    expect(applyFrame(before, frame('r1', 1, []), 2000).seriesVersion).toBe(before.seriesVersion);
  });

  it('shows a run that was just started without the numbers of the one before', () => {
    const before = applyState(initialSnapshot(), state('r1', [0, 1, 2]), 1000);
    const after = applyStarted(before, run('r2'));
    expect(after).toMatchObject({ run: { id: 'r2' }, stats: null });
    expect(after.series.length).toBe(0);
    expect(applyStarted(after, run('r2'))).toBe(after);
  });

  it('does not draw a second that still grows, until it is whole or the run is over', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1, 2]), 1000);
    live = applyFrame(live, frame('r1', 4.9, [2, 3, 4]), 2000);
    expect(live.series.columns.seconds).toEqual([0, 1, 2]);
    live = applyFrame(live, frame('r1', 5.1, []), 3000);
    expect(live.series.columns.seconds).toEqual([0, 1, 2, 3]);
    const over = frame('r1', 5.4, []);
    const before = live.seriesVersion;
    live = applyFrame(live, { ...over, stats: { ...over.stats, state: 'finished' } }, 4000);
    expect(live.series.columns.seconds).toEqual([0, 1, 2, 3, 4]);
    expect(live.seriesVersion).toBeGreaterThan(before);
  });

  it('waits longer for each second once one has grown after it was shown, as on a machine short of time', () => {
    let live = applyState(initialSnapshot(), state('r1', [0, 1, 2]), 1000);
    const late = frame('r1', 5.1, [2, 3]);
    late.points = late.points.map((entry) => ({ ...entry, requests: entry.requests + 10 }));
    live = applyFrame(live, late, 2000);
    expect(live.delaySeconds).toBe(2);
    live = applyFrame(live, frame('r1', 6.1, [4]), 3000);
    expect(live.series.columns.seconds).toEqual([0, 1, 2, 3]);
    live = applyFrame(live, frame('r1', 7.1, []), 4000);
    expect(live.series.columns.seconds).toEqual([0, 1, 2, 3, 4]);
    expect(applyFrame(live, frame('r2', 2, [0]), 5000).delaySeconds).toBe(1);
  });

  it('says so when an open connection falls silent', () => {
    const live = applyState(initialSnapshot(), state('r1', [0]), 1000);
    expect(applyTick(live, 1000 + stallAfterMs - 1)).toBe(live);
    expect(applyTick(live, 1000 + stallAfterMs).connection).toBe('stalled');
    expect(applyTick(applyConnection(live, 'reconnecting'), 99_999).connection).toBe('reconnecting');
  });
});

describe('run phase', () => {
  it('allows an edit only while load is made', () => {
    expect(isEditable('running')).toBe(true);
    expect(isEditable('stopping')).toBe(false);
    expect(isActive('stopping')).toBe(true);
    expect(isActive('finished')).toBe(false);
    expect(isActive(undefined)).toBe(false);
  });
});
