import { SeededRandom } from '@loadstar/shared';
import { levels, noisyRun, normal } from '../testing/noisy-run.js';
import { dependenceOf, inflationOf } from './dependence.js';
import { percentileInterval } from './percentile-interval.js';
import { normalCdf, normalQuantile, studentPValue, studentQuantile } from './quantiles.js';

describe('quantiles', () => {
  it.each([
    [normalQuantile(0.975), 1.959964],
    [normalQuantile(0.001), -3.090232],
    [normalQuantile(0.5), 0],
    [normalCdf(1.959964), 0.975],
    [normalCdf(-1), 0.158655],
    [studentQuantile(0.975, 5), 2.5706],
    [studentQuantile(0.975, 30), 2.0423],
    [studentQuantile(0.995, 10), 3.1693],
    [studentPValue(2.0423, 30), 0.05],
    [studentPValue(2.5706, 5), 0.05],
  ])('%p is %p, as in tables', (value, expected) => {
    expect(Math.abs(value - expected)).toBeLessThan(0.004 * Math.max(1, Math.abs(expected)) * 0.5);
  });
});

describe('dependence', () => {
  it.each([0, 0.4, 0.7])('finds a correlation of %p and what a mean is worth', (correlation) => {
    const random = new SeededRandom(`dependence ${correlation}`);
    const means: number[] = [];
    let claimed = 0;
    let found = 0;
    for (let trial = 0; trial < 400; trial++) {
      const series = levels(random, 100, 1, correlation);
      means.push(series.reduce((sum, value) => sum + value, 0) / 100);
      const { meanVariance, correlation: estimate } = dependenceOf(series);
      claimed += meanVariance / 400;
      found += estimate / 400;
    }
    expect(found).toBeCloseTo(correlation, correlation === 0 ? 0 : 1);
    const real = means.reduce((sum, mean) => sum + mean * mean, 0) / 400;
    expect(claimed / real).toBeGreaterThan(0.8);
    expect(claimed / real).toBeLessThan(1.35);
    expect(real).toBeCloseTo(inflationOf(correlation, 100) / 100, 1);
  });

  it('has an answer for series that say nothing', () => {
    expect(dependenceOf([])).toMatchObject({ effective: 0, meanVariance: 0 });
    expect(dependenceOf([3, 3, 3])).toMatchObject({ effective: 3, meanVariance: 0 });
  });
});

describe('percentileInterval', () => {
  const spread = 0.5;
  const simulations = 200;
  const settings = [
    [50, 0.4, 0.1],
    [95, 0, 0],
    [95, 0.6, 0.08],
  ] as const;

  /** How many of the simulations have an interval with the truth in it. */
  function covered(percentile: number, correlation: number, levelNoise: number): number {
    const random = new SeededRandom(`coverage ${percentile} ${correlation}`);
    // Level and response time are both lognormal, so that all requests together are, too.
    const truth = 20 * Math.exp(Math.hypot(spread, levelNoise) * normalQuantile(percentile / 100));
    const options = {
      seconds: 120,
      rate: 50,
      levelNoise,
      correlation,
      spread,
      names: [{ name: '/', medianMs: 20, share: 1 }],
    };
    let hits = 0;
    for (let simulation = 0; simulation < simulations; simulation++) {
      const interval = percentileInterval(noisyRun(random, options).names[0]!.cells, percentile)!;
      if (interval.lowMs <= truth && truth <= interval.highMs) hits++;
    }
    return hits;
  }

  // Each setting by itself, and with thousands of simulations: npm run bench:verdicts.
  it('covers the truth in 93 to 97 % of 600 simulations, whatever the percentile and the dependence', () => {
    const hits = settings.map(([percentile, correlation, levelNoise]) => covered(percentile, correlation, levelNoise));
    for (const own of hits) expect(Math.abs(own / simulations - 0.95)).toBeLessThan(0.045);
    const share = hits.reduce((sum, own) => sum + own, 0) / (simulations * settings.length);
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.97);
  });

  it('says nothing about too little', () => {
    const random = new SeededRandom(1);
    const options = { rate: 5, levelNoise: 0, correlation: 0, spread, names: [{ name: '/', medianMs: 20, share: 1 }] };
    expect(percentileInterval(noisyRun(random, { ...options, seconds: 9 }).names[0]!.cells, 50)).toBeUndefined();
    expect(percentileInterval(noisyRun(random, { ...options, seconds: 20 }).names[0]!.cells, 99)).toBeUndefined();
    expect(normal(random)).not.toBeNaN();
  });
});
