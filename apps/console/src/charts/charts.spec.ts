import { readRoute, hashOf } from '../route.js';
import { rangeOf, zoomTo } from './chart-window.js';
import { sparkPath } from './spark-path.js';

describe('chart window', () => {
  it('follows the newest seconds', () => {
    expect(rangeOf({ kind: 'follow', seconds: 60 }, 0, 200)).toEqual([140, 200]);
    expect(rangeOf({ kind: 'follow', seconds: null }, 0, 200)).toEqual([0, 200]);
  });

  it('gives a young run room to grow', () => {
    expect(rangeOf({ kind: 'follow', seconds: null }, 0, 3)).toEqual([0, 30]);
    expect(rangeOf({ kind: 'follow', seconds: 60 }, undefined, undefined)).toEqual([0, 30]);
  });

  it('stays where somebody zoomed in', () => {
    expect(rangeOf({ kind: 'fixed', from: 10, to: 20 }, 0, 500)).toEqual([10, 20]);
    expect(zoomTo(20, 10)).toEqual({ kind: 'fixed', from: 10, to: 20 });
    expect(zoomTo(10, 10.5)).toBeUndefined();
  });
});

describe('spark line', () => {
  it('lifts the pen over a gap', () => {
    const path = sparkPath([1, 2, null, 2], 4, 30, 10);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toContain('M0 5L10 0');
  });

  it('is empty while there is nothing to draw', () => {
    expect(sparkPath([], 10, 30, 10)).toBe('');
    expect(sparkPath([0, 0, 0], 10, 30, 10)).toBe('');
  });
});

describe('routes', () => {
  it('are read back as they were written', () => {
    for (const hash of [
      '#/',
      '#/new',
      '#/new?from=a%20b',
      '#/live/workers',
      '#/runs',
      '#/runs?q=a%26b',
      '#/runs/x1/checks',
      '#/compare/a/b',
    ])
      expect(hashOf(readRoute(hash))).toBe(hash);
  });

  it('fall back to what exists', () => {
    expect(readRoute('#/live/nonsense')).toEqual({ page: 'live', view: 'charts' });
    expect(readRoute('#/elsewhere')).toEqual({ page: 'home' });
    expect(readRoute('')).toEqual({ page: 'home' });
  });
});
