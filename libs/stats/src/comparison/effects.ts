/**
 * How large the difference of two runs is in one number, and how sure. The interval has the shape of the bootstrap's
 * distribution; its width is the greater one of the bootstrap's and of the linearised standard error, because blocks
 * of a short run understate dependence (see inference/dependence.ts).
 */
import { slicesNeeded } from '../inference/percentile-interval.js';
import { normalQuantile, studentPValue, studentQuantile } from '../inference/quantiles.js';
import type { Cell } from '../slices/cell.js';
import { countBelow, Distribution } from '../slices/distribution.js';
import { type Replicates, type Resampled, statisticOf } from './bootstrap.js';
import type { Effect } from './comparison.js';
import { type Difference, differenceOf, type Estimate } from './estimate.js';

/** One name in one run. */
export interface Side {
  readonly cells: readonly Cell[];
  readonly all: Distribution;
  readonly seconds: number;
  readonly replicates: Replicates | undefined;
}

export function sideOf(cells: readonly Cell[], seconds: number, replicates: Replicates | undefined): Side {
  return { cells, all: Distribution.of(cells), seconds, replicates };
}

/** Fewest requests of a name that its times are compared with. */
export const requestsNeeded = 50;
const confidence = 0.95;
const tail = (1 - confidence) / 2;
/**
 * By how much (relative) two runs of the same thing may differ in ways that neither shows in itself: where the processes
 * were put, what the machine did meanwhile. A time is only called different when it differs from that; what equal real
 * runs do is measured by `npm run bench:verdicts -- --real`.
 */
const betweenRuns = 0.005;
const shares: Partial<Record<Resampled, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** @returns undefined when there is too little data to say how sure it is */
export function timeEffect(metric: Resampled, before: Side, after: Side, paired: boolean): Effect | undefined {
  const a = logTime(metric, before);
  const b = logTime(metric, after);
  if (a === undefined || b === undefined || before.replicates === undefined || after.replicates === undefined) {
    return undefined;
  }
  const difference = differenceOf(a, b, paired);
  const drawnBefore = before.replicates[metric];
  const drawn = Float64Array.from(after.replicates[metric], (value, index) => value - (drawnBefore[index] ?? 0)).sort();
  const middle = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  const spread = drawn.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (drawn.length - 1);
  const { change, freedom } = difference;
  const variance = Math.max(spread, difference.variance);
  const wider =
    spread > 0 ? (Math.sqrt(variance / spread) * studentQuantile(1 - tail, freedom)) / normalQuantile(1 - tail) : 1;
  const at = (p: number): number => (drawn[Math.round(p * (drawn.length - 1))] ?? middle) - middle;
  return {
    ...effectOf(metric, statisticOf(before.all, metric) / 1_000, statisticOf(after.all, metric) / 1_000, {
      change,
      variance,
      freedom,
      beyond: betweenRuns,
    }),
    change: Math.expm1(change),
    low: Math.expm1(change + at(tail) * wider),
    high: Math.expm1(change + at(1 - tail) * wider),
    worse: change > 0,
  };
}

export function failEffect(before: Side, after: Side, paired: boolean): Effect {
  const a = failRate(before);
  const b = failRate(after);
  // What both have together bounds the variance where one of them has seen no failure yet (Agresti and Caffo 2000).
  const pooled = (before.all.failures + after.all.failures + 1) / (before.all.requests + after.all.requests + 2);
  const least = pooled * (1 - pooled) * (1 / Math.max(1, before.all.requests) + 1 / Math.max(1, after.all.requests));
  const difference = differenceOf(a, b, paired);
  const variance = Math.max(difference.variance, least);
  return { ...effectOf('failRate', a.value, b.value, { ...difference, variance }), worse: b.value > a.value };
}

export function throughputEffect(before: Side, after: Side, paired: boolean): Effect {
  const rate = ({ all, seconds }: Side): number => all.requests / seconds;
  const effect = effectOf(
    'throughput',
    rate(before),
    rate(after),
    differenceOf(logCount(before), logCount(after), paired),
  );
  return relative(effect, effect.change < 0);
}

/** Of the typical times of all names, see `typicalTimes`. */
export function typicalEffect(a: Estimate, b: Estimate, paired: boolean): Effect {
  const difference = { ...differenceOf(a, b, paired), beyond: betweenRuns };
  const effect = effectOf('typical', Math.exp(a.value) / 1_000, Math.exp(b.value) / 1_000, difference);
  return relative(effect, effect.change > 0);
}

interface Tested extends Difference {
  /** The p-value is the chance of what was seen if the true change were this one, in its direction. Default 0. */
  readonly beyond?: number;
}

/** An effect on a logarithm as a relative change. */
function relative(effect: Effect, worse: boolean): Effect {
  const { change, low, high } = effect;
  return { ...effect, change: Math.expm1(change), low: Math.expm1(low), high: Math.expm1(high), worse };
}

function effectOf(
  metric: Effect['metric'],
  before: number,
  after: number,
  { change, variance, freedom, beyond = 0 }: Tested,
): Effect {
  const error = Math.sqrt(variance);
  const reach = studentQuantile(1 - tail, freedom) * error;
  const further = Math.max(0, Math.abs(change) - beyond);
  const pValue = error > 0 ? studentPValue(further / error, freedom) : further === 0 ? 1 : 0;
  return {
    metric,
    before,
    after,
    change,
    low: change - reach,
    high: change + reach,
    pValue,
    adjusted: null,
    gated: false,
    significant: false,
    worse: false,
  };
}

/** Logarithm of a time statistic. */
function logTime(metric: Resampled, { cells, all }: Side): Estimate | undefined {
  if (all.requests < requestsNeeded || cells.length < slicesNeeded) return undefined;
  const p = shares[metric];
  if (p === undefined) {
    const influence = cells.map(({ sumUs, requests }) => (sumUs - all.meanUs * requests) / all.sumUs);
    return { value: Math.log(Math.max(1e-3, all.meanUs)), influence, leastVariance: 0 };
  }
  // Beyond the percentile there must be some values, or it is a guess.
  if (all.count * Math.min(p, 1 - p) < 5) return undefined;
  const value = all.quantile(p);
  // Bahadur's representation: the error of the share below the percentile over the density there, from its slope.
  const step = Math.min(Math.min(p, 1 - p) * 0.8, 2 * Math.sqrt((p * (1 - p)) / all.count) + 0.1 * Math.min(p, 1 - p));
  const slope = Math.log(all.quantile(p + step) / Math.max(1e-3, all.quantile(p - step))) / (2 * step);
  const influence = cells.map((cell) => ((p * cell.requests - countBelow(cell, value)) / all.count) * slope);
  const leastVariance = ((0.8 * p * (1 - p)) / all.count) * slope ** 2;
  return { value: Math.log(Math.max(1e-3, value)), influence, leastVariance };
}

function failRate({ cells, all }: Side): Estimate {
  const value = all.requests === 0 ? 0 : all.failures / all.requests;
  const influence = cells.map(({ failures, requests }) => (failures - value * requests) / Math.max(1, all.requests));
  return { value, influence, leastVariance: 0 };
}

function logCount({ cells, all, seconds }: Side): Estimate {
  const mean = all.requests / Math.max(1, cells.length);
  const influence = cells.map(({ requests }) => (requests - mean) / Math.max(1, all.requests));
  return { value: Math.log(Math.max(0.5, all.requests) / seconds), influence, leastVariance: 0 };
}
