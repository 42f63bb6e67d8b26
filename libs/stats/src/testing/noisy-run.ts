/**
 * Runs as real ones are, for tests of statistics: the level of a second differs from the next, and neighbours resemble
 * each other. Response times are lognormal round the level, which is an AR(1) series in the logarithm.
 */
import { SeededRandom } from '@loadstar/shared';
import { Histogram } from '../histogram/histogram.js';
import { type Cell, cellOf } from '../slices/cell.js';
import type { SlicedRun } from '../slices/slice-store.js';

export interface NoisyOptions {
  readonly seconds: number;
  /** Requests a second, of all names. */
  readonly rate: number;
  /** Standard deviation of the logarithm of the level, and correlation of neighbouring seconds. */
  readonly levelNoise: number;
  readonly correlation: number;
  /** Standard deviation of the logarithm of the level of a whole run, which the run itself does not show. Default 0. */
  readonly runNoise?: number;
  /** Standard deviation of the logarithm of a response time within a second. */
  readonly spread: number;
  readonly names: readonly { readonly name: string; readonly medianMs: number; readonly share: number }[];
  /** Factor on all times in a second. */
  readonly factor?: (second: number, name: string) => number;
  readonly failShare?: number;
}

/** A standard normal value (Box and Muller 1958). */
export function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** A stationary AR(1) series with mean 0. */
export function levels(random: SeededRandom, length: number, deviation: number, correlation: number): number[] {
  let level = deviation * normal(random);
  return Array.from({ length }, () => {
    const now = level;
    level = correlation * level + deviation * Math.sqrt(1 - correlation ** 2) * normal(random);
    return now;
  });
}

export function noisyRun(random: SeededRandom, options: NoisyOptions): SlicedRun {
  const { seconds, rate, levelNoise, correlation, spread, names, factor = () => 1, failShare = 0 } = options;
  const { runNoise = 0 } = options;
  const whole = runNoise > 0 ? runNoise * normal(random) : 0;
  const level = levels(random, seconds, levelNoise, correlation).map((own) => whole + own);
  const rows = names.map(({ name, medianMs, share }) => {
    const cells: Cell[] = level.map((own, second) => {
      // About what a Poisson count is.
      const requests = Math.max(0, Math.round(rate * share + Math.sqrt(rate * share) * normal(random)));
      const times = new Histogram();
      const scale = medianMs * 1_000 * Math.exp(own) * factor(second, name);
      let failures = 0;
      for (let n = 0; n < requests; n++) {
        times.record(scale * Math.exp(spread * normal(random)));
        if (random.next() < failShare) failures++;
      }
      return cellOf(requests, failures, times);
    });
    return { method: 'GET', name, cells };
  });
  return { widthMs: 1_000, fromMs: 0, endMs: seconds * 1_000, names: rows };
}
