import { SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { levels, noisyRun } from '../testing/noisy-run.js';
import { apdexOf } from './apdex.js';
import { cutPoint } from './cut-point.js';
import { findSteadyState, summariseSteady } from './steady-state.js';

const options = { alpha: 0.005, least: 0.05 };

/** What a warm-up adds to the logarithm of the level, by second. */
const shapes: Record<string, (second: number, length: number) => number> = {
  cold: () => 0.7,
  ramp: (second, length) => 0.25 * (length - second),
  'cold, then lukewarm': (second, length) => (second < length / 2 ? 1.2 : 0.4),
  'faster at first': () => -0.4,
};

describe('cutPoint', () => {
  it.each(Object.keys(shapes).flatMap((shape) => [0, 0.4].map((correlation) => [shape, correlation] as const)))(
    'cuts a warm-up (%s, correlation %p) within one slice in 95 %% of series',
    (shape, correlation) => {
      const random = new SeededRandom(`cut ${shape} ${correlation}`);
      let near = 0;
      for (let trial = 0; trial < 400; trial++) {
        const length = random.int(2, 25);
        const noise = levels(random, random.int(60, 180), 0.06, correlation);
        const cut = cutPoint(
          noise.map((value, second) => value + (second < length ? shapes[shape]!(second, length) : 0)),
          options,
        );
        if (cut !== undefined && Math.abs(cut - length) <= 1) near++;
      }
      expect(near / 400).toBeGreaterThanOrEqual(0.95);
    },
  );

  it.each([0, 0.3, 0.6])('cuts nothing off a flat series (correlation %p)', (correlation) => {
    const random = new SeededRandom(`flat ${correlation}`);
    let cuts = 0;
    for (let trial = 0; trial < 1_000; trial++) {
      if (cutPoint(levels(random, random.int(30, 200), 0.1, correlation), options) !== 0) cuts++;
    }
    expect(cuts / 1_000).toBeLessThanOrEqual(0.03);
    expect(cutPoint(new Array<number>(60).fill(1), options)).toBe(0);
  });

  it('does not call a drift settled', () => {
    const random = new SeededRandom('drift');
    const drift = levels(random, 100, 0.03, 0.2).map((value, second) => value + second * 0.02);
    expect(cutPoint(drift, options)).toBeUndefined();
  });
});

describe('steady state of a run', () => {
  const names = [
    { name: '/a', medianMs: 20, share: 0.7 },
    { name: '/b', medianMs: 60, share: 0.3 },
  ];
  const base = { seconds: 60, rate: 100, levelNoise: 0.04, correlation: 0.4, spread: 0.4, names };

  it('finds the warm-up and tells percentiles with and without it', () => {
    const run = noisyRun(new SeededRandom('warm'), { ...base, factor: (second) => (second < 9 ? 3 : 1) });
    const summary = summariseSteady(run);
    expect(summary).toMatchObject({
      outcome: 'settled',
      cutSlices: 9,
      fromMs: 9_000,
      reason: 'response times settled after 9 s',
      slices: 60,
    });
    const [, p95] = summary.total.percentiles;
    expect(p95!.wholeMs).toBeGreaterThan(1.2 * p95!.steadyMs);
    expect(p95!.steady!.lowMs).toBeLessThan(p95!.steadyMs);
    expect(p95!.steady!.highMs).toBeGreaterThan(p95!.steadyMs);
    expect(summary.rows.map(({ name }) => name)).toEqual(['/a', '/b']);
    expect(summary.total.steadyRequests).toBeLessThan(summary.total.requests);
  });

  it('cuts nothing off flat runs, and says when a run is too short', () => {
    const random = new SeededRandom('flat runs');
    let cuts = 0;
    for (let trial = 0; trial < 60; trial++) if (findSteadyState(noisyRun(random, base)).cutSlices > 0) cuts++;
    expect(cuts).toBeLessThanOrEqual(2);
    expect(findSteadyState(noisyRun(random, { ...base, seconds: 12 }))).toMatchObject({
      outcome: 'short',
      cutSlices: 0,
    });
    expect(findSteadyState({ widthMs: 1_000, fromMs: 0, endMs: 0, names: [] }).outcome).toBe('short');
    const drift = noisyRun(random, { ...base, factor: (second) => 1 + second / 20 });
    expect(findSteadyState(drift)).toMatchObject({ outcome: 'unsettled', cutSlices: 0 });
  });
});

test('Apdex counts tolerated answers half and failures not at all', () => {
  const stats = new RunStats();
  const series = stats.series({ userClass: 'A', method: 'GET', name: '/' });
  for (const ms of [100, 500, 501, 2_000, 2_100]) series.finish('ok', ms * 1_000, ms * 1_000, 0, 0);
  series.finish('status', 1_000, 1_000, 0, 0);
  expect(apdexOf(stats.allSeries(), 500)).toBeCloseTo((2 + 2 / 2) / 6, 10);
  expect(apdexOf([])).toBeNull();
});
