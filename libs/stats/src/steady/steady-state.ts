/**
 * The part of a run in which it had settled: after caches were filled, code was compiled and users were started. What
 * the numbers of a run say about the target is what they say about that part, so both are told.
 */
import { type PercentileInterval, percentileInterval } from '../inference/percentile-interval.js';
import type { Cell } from '../slices/cell.js';
import { Distribution } from '../slices/distribution.js';
import type { SlicedRun } from '../slices/slice-store.js';
import { allNames, cutSlices, sliceCount, wholeSlices } from '../slices/sliced-run.js';
import { cutPoint, settledLeast } from './cut-point.js';

export interface SteadyState {
  /** settled: after `cutSlices` slices, which may be 0 · unsettled: it kept changing · short: too short to say */
  outcome: 'settled' | 'unsettled' | 'short';
  /** Slices at the start that are left out. */
  cutSlices: number;
  /** Run time from which on the numbers are of the settled run, milliseconds. */
  fromMs: number;
  /** In words. */
  reason: string;
}

/** A percentile of the whole run and of its settled part, with 95 % intervals where there is enough data. */
export interface SteadyPercentile {
  percentile: number;
  wholeMs: number;
  steadyMs: number;
  whole: PercentileInterval | null;
  steady: PercentileInterval | null;
}

export interface SteadyRow {
  method: string;
  name: string;
  requests: number;
  steadyRequests: number;
  percentiles: SteadyPercentile[];
}

export interface SteadySummary extends SteadyState {
  sliceMs: number;
  slices: number;
  total: SteadyRow;
  rows: SteadyRow[];
}

export const steadyPercentiles = [50, 95, 99] as const;

/** Chance of a cut where nothing changes, about, for each of the two series that are looked at. */
const alpha = 0.005;
/** Logarithms: a warm-up that differs by less does not matter. */
const leastResponse = 0.05;
const leastThroughput = 0.05;

/** Finds the settled part from the median response time and the throughput of each slice. */
export function findSteadyState(sliced: SlicedRun): SteadyState {
  const run = wholeSlices(sliced);
  const slices = sliceCount(run);
  const seconds = (count: number): string => `${Math.round((count * run.widthMs) / 100) / 10} s`;
  if (slices < 2 * settledLeast) {
    return {
      outcome: 'short',
      cutSlices: 0,
      fromMs: run.fromMs,
      reason: `fewer than ${2 * settledLeast} slices: too short to tell a warm-up`,
    };
  }
  const { cells } = allNames(run);
  const response = cutPoint(logMedians(cells), { alpha, least: leastResponse });
  const throughput = cutPoint(
    cells.map(({ requests }) => Math.log(requests + 0.5)),
    { alpha, least: leastThroughput },
  );
  if (response === undefined || throughput === undefined) {
    const what = [response === undefined ? 'response times' : '', throughput === undefined ? 'throughput' : ''].filter(
      Boolean,
    );
    const reason = `${what.join(' and ')} kept changing through more than half of the run`;
    return { outcome: 'unsettled', cutSlices: 0, fromMs: run.fromMs, reason };
  }
  const cut = Math.max(response, throughput);
  const by = response >= throughput ? 'response times' : 'throughput';
  const reason = cut === 0 ? 'no warm-up was found' : `${by} settled after ${seconds(cut)}`;
  return { outcome: 'settled', cutSlices: cut, fromMs: run.fromMs + cut * run.widthMs, reason };
}

/** The settled part of a run; all whole slices when there is no such part. */
export function steadyPart(sliced: SlicedRun, state = findSteadyState(sliced)): SlicedRun {
  return cutSlices(wholeSlices(sliced), state.cutSlices);
}

/** Percentiles with and without the warm-up, overall and by name. */
export function summariseSteady(sliced: SlicedRun): SteadySummary {
  const state = findSteadyState(sliced);
  const run = wholeSlices(sliced);
  const rowOf = ({ method, name, cells }: { method: string; name: string; cells: readonly Cell[] }): SteadyRow => {
    const kept = cells.slice(state.cutSlices);
    const whole = Distribution.of(cells);
    const steady = Distribution.of(kept);
    return {
      method,
      name,
      requests: whole.requests,
      steadyRequests: steady.requests,
      percentiles: steadyPercentiles.map((percentile) => ({
        percentile,
        wholeMs: toMs(whole.quantile(percentile / 100)),
        steadyMs: toMs(steady.quantile(percentile / 100)),
        whole: rounded(percentileInterval(cells, percentile)),
        steady: rounded(percentileInterval(kept, percentile)),
      })),
    };
  };
  return {
    ...state,
    sliceMs: run.widthMs,
    slices: sliceCount(run),
    total: rowOf(allNames(run)),
    rows: run.names.map(rowOf),
  };
}

/** Logarithm of the median of each slice; one without requests is as the one before it. */
export function logMedians(cells: readonly Cell[]): number[] {
  const sum = new Distribution();
  const values: (number | undefined)[] = cells.map((cell) =>
    cell.requests === 0 ? undefined : Math.log(Math.max(1, sum.clear().add(cell).quantile(0.5))),
  );
  let before = values.find((value) => value !== undefined) ?? 0;
  return values.map((value) => (before = value ?? before));
}

function rounded(interval: PercentileInterval | undefined): PercentileInterval | null {
  if (interval === undefined) return null;
  const { percentile, valueMs, lowMs, highMs } = interval;
  return { percentile, valueMs: toMs(valueMs * 1_000), lowMs: toMs(lowMs * 1_000), highMs: toMs(highMs * 1_000) };
}

function toMs(us: number): number {
  return Math.round(us) / 1_000;
}
