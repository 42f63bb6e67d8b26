/**
 * How large the difference of two runs is in one number, and how sure. The interval has the shape of the bootstrap's
 * distribution; its width is the greater one of the bootstrap's and of the linearised standard error, because blocks
 * of a short run understate dependence (see inference/dependence.ts).
 */
import { varianceOfSum } from '../inference/dependence.js';
import { percentileInterval } from '../inference/percentile-interval.js';
import { normalQuantile, studentPValue, studentQuantile } from '../inference/quantiles.js';
import type { Cell } from '../slices/cell.js';
import { Distribution } from '../slices/distribution.js';
import { type Replicates, type Resampled, statisticOf } from './bootstrap.js';
import type { Effect } from './comparison.js';

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

/** An estimate with its variance and the independent values behind it. */
export interface Estimate {
  readonly value: number;
  readonly variance: number;
  readonly effective: number;
}

/** Fewest requests of a name that its times are compared with. */
export const requestsNeeded = 50;
const confidence = 0.95;
const percentiles: Partial<Record<Resampled, number>> = { p50: 50, p95: 95, p99: 99 };

/** @returns undefined when there is too little data to say how sure it is */
export function timeEffect(metric: Resampled, before: Side, after: Side): Effect | undefined {
  const a = logTime(metric, before);
  const b = logTime(metric, after);
  if (a === undefined || b === undefined || before.replicates === undefined || after.replicates === undefined)
    return undefined;
  const drawnA = before.replicates[metric];
  const drawnB = after.replicates[metric];
  const differences = Float64Array.from(drawnB, (value, index) => value - (drawnA[index] ?? 0)).sort();
  const middle = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const drawn = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (differences.length - 1);
  const variance = Math.max(drawn, a.variance + b.variance);
  const freedom = welch(a, b);
  const widen = drawn > 0 ? (Math.sqrt(variance / drawn) * studentQuantile(0.975, freedom)) / normalQuantile(0.975) : 1;
  const at = (p: number): number => differences[Math.round(p * (differences.length - 1))] ?? middle;
  const change = b.value - a.value;
  const tail = (1 - confidence) / 2;
  return {
    metric,
    before: statisticOf(before.all, metric) / 1_000,
    after: statisticOf(after.all, metric) / 1_000,
    change: Math.expm1(change),
    low: Math.expm1(change + (at(tail) - middle) * widen),
    high: Math.expm1(change + (at(1 - tail) - middle) * widen),
    pValue: pValueOf(change, variance, freedom),
    adjusted: null,
    gated: false,
    significant: false,
    worse: change > 0,
  };
}

export function failEffect(before: Side, after: Side): Effect {
  const a = failRate(before);
  const b = failRate(after);
  // What both have together bounds the variance where one of them has seen no failure yet (Agresti and Caffo 2000).
  const pooled = (before.all.failures + after.all.failures + 1) / (before.all.requests + after.all.requests + 2);
  const least = pooled * (1 - pooled) * (1 / Math.max(1, before.all.requests) + 1 / Math.max(1, after.all.requests));
  const variance = Math.max(a.variance + b.variance, least);
  return {
    ...linear('failRate', a.value, b.value, b.value - a.value, variance, welch(a, b)),
    worse: b.value > a.value,
  };
}

export function throughputEffect(before: Side, after: Side): Effect {
  const a = logCount(before);
  const b = logCount(after);
  const effect = linear(
    'throughput',
    before.all.requests / before.seconds,
    after.all.requests / after.seconds,
    b.value - a.value,
    a.variance + b.variance,
    welch(a, b),
  );
  return relative(effect, effect.change < 0);
}

/** Of the typical times of all names, see `typicalTimes`. */
export function typicalEffect(a: Estimate, b: Estimate): Effect {
  const effect = linear(
    'typical',
    Math.exp(a.value) / 1_000,
    Math.exp(b.value) / 1_000,
    b.value - a.value,
    a.variance + b.variance,
    welch(a, b),
  );
  return relative(effect, effect.change > 0);
}

/** An effect on a logarithm as a relative change. */
function relative(effect: Effect, worse: boolean): Effect {
  const { change, low, high } = effect;
  return { ...effect, change: Math.expm1(change), low: Math.expm1(low), high: Math.expm1(high), worse };
}

function linear(
  metric: Effect['metric'],
  before: number,
  after: number,
  change: number,
  variance: number,
  freedom: number,
): Effect {
  const reach = studentQuantile(0.5 + confidence / 2, freedom) * Math.sqrt(variance);
  return {
    metric,
    before,
    after,
    change,
    low: change - reach,
    high: change + reach,
    pValue: pValueOf(change, variance, freedom),
    adjusted: null,
    gated: false,
    significant: false,
    worse: false,
  };
}

/** Logarithm of a time statistic with its linearised variance. */
function logTime(metric: Resampled, { cells, all }: Side): Estimate | undefined {
  if (all.requests < requestsNeeded) return undefined;
  const percentile = percentiles[metric];
  if (percentile === undefined) {
    const residuals = cells.map(({ sumUs, requests }) => sumUs - all.meanUs * requests);
    const { variance, effective } = varianceOfSum(residuals);
    return { value: Math.log(Math.max(1e-3, all.meanUs)), variance: variance / all.sumUs ** 2, effective };
  }
  const interval = percentileInterval(cells, percentile, confidence);
  if (interval === undefined || interval.lowMs <= 0) return undefined;
  const { effective } = varianceOfSum(cells.map(({ sumUs, requests }) => sumUs - all.meanUs * requests));
  const error =
    Math.log(interval.highMs / interval.lowMs) /
    (2 * studentQuantile(0.5 + confidence / 2, Math.max(3, effective - 1)));
  return { value: Math.log(interval.valueMs), variance: error ** 2, effective };
}

function failRate({ cells, all }: Side): Estimate {
  const value = all.requests === 0 ? 0 : all.failures / all.requests;
  const { variance, effective } = varianceOfSum(cells.map(({ failures, requests }) => failures - value * requests));
  return { value, variance: variance / Math.max(1, all.requests) ** 2, effective };
}

function logCount({ cells, all, seconds }: Side): Estimate {
  const { variance, effective } = varianceOfSum(cells.map(({ requests }) => requests));
  return {
    value: Math.log(Math.max(0.5, all.requests) / seconds),
    variance: variance / Math.max(1, all.requests) ** 2,
    effective,
  };
}

/** Degrees of freedom of a difference (Welch 1947, Satterthwaite 1946). */
function welch(a: Estimate, b: Estimate): number {
  const sum = (a.variance + b.variance) ** 2;
  const parts = a.variance ** 2 / Math.max(2, a.effective - 1) + b.variance ** 2 / Math.max(2, b.effective - 1);
  return parts > 0 ? Math.max(3, sum / parts) : 100;
}

function pValueOf(change: number, variance: number, freedom: number): number {
  if (variance <= 0) return change === 0 ? 1 : 0;
  return studentPValue(change / Math.sqrt(variance), freedom);
}
