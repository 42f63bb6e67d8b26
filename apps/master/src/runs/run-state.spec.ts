import type { RunState } from '@loadstar/shared';
import { defaultRunTimings, isEnd, isUnderLoad, mayFollow, runStates } from './run-state.js';

const states = Object.keys(runStates) as RunState[];

describe('run states', () => {
  it('allow exactly the edges of the design and no other', () => {
    const edges = states.flatMap((from) => states.filter((to) => mayFollow(from, to)).map((to) => `${from} -> ${to}`));
    expect(edges.sort()).toEqual(
      [
        'queued -> preparing',
        'queued -> failed',
        'queued -> aborted',
        'preparing -> spawning',
        'preparing -> queued',
        'preparing -> failed',
        'preparing -> aborted',
        'spawning -> running',
        'spawning -> stopping',
        'spawning -> failed',
        'spawning -> aborted',
        'running -> spawning',
        'running -> stopping',
        'running -> failed',
        'running -> aborted',
        'stopping -> finished',
        'stopping -> failed',
        'stopping -> aborted',
      ].sort(),
    );
  });

  it('reach every state from queued, and an end from every state', () => {
    const reachable = (start: RunState): Set<RunState> => {
      const seen = new Set<RunState>([start]);
      for (const state of seen) for (const next of runStates[state].next) seen.add(next);
      return seen;
    };
    expect([...reachable('queued')].sort()).toEqual([...states].sort());
    for (const state of states) expect([...reachable(state)].some(isEnd)).toBe(true);
  });

  it('end in finished, failed and aborted, where nobody is under load', () => {
    expect(states.filter(isEnd).sort()).toEqual(['aborted', 'failed', 'finished']);
    for (const state of states.filter(isEnd)) expect(isUnderLoad(state)).toBe(false);
  });

  it('limit the states that wait for others', () => {
    const limited = states.filter((state) => runStates[state].limitMs(defaultRunTimings, 5_000) !== undefined);
    expect(limited).toEqual(['preparing', 'stopping']);
    expect(runStates.stopping.limitMs(defaultRunTimings, 5_000)).toBe(15_000);
  });
});
