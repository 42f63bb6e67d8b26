/** Brings two runs into the form in which they are compared: without warm-up, in few enough slices, aligned if they can be. */
import type { SlicedRun } from '../slices/slice-store.js';
import { allNames, cutSlices, sliceCount, wholeSlices, widened } from '../slices/sliced-run.js';
import { findSteadyState, logMedians, type SteadyState } from '../steady/steady-state.js';

export interface ComparedRun {
  /** For people: a file's name, a run's id. */
  readonly label: string;
  readonly sliced: SlicedRun;
}

export interface Prepared {
  readonly sliced: SlicedRun;
  readonly cutSeconds: number;
}

interface Sought {
  readonly label: string;
  readonly run: SlicedRun;
  readonly state: SteadyState;
}

/** Slices are joined down to this, because more only cost time. */
const slicesMost = 150;
/** Runs follow the same load when their slices go up and down together, which by chance alone they do not by so much. */
const pairedCorrelation = 0.5;

/**
 * @param cautions gets what has to be known of the runs, in words
 * @returns also whether the runs belong together slice by slice
 */
export function prepare(
  baseline: ComparedRun,
  candidate: ComparedRun,
  cutWarmUp: boolean,
  cautions: string[],
): { before: Prepared; after: Prepared; paired: boolean } {
  const a = seek(baseline);
  const b = seek(candidate);
  if (a.run.widthMs === b.run.widthMs && Math.abs(sliceCount(a.run) - sliceCount(b.run)) <= 2) {
    const first = cutWarmUp ? Math.max(a.state.cutSlices, b.state.cutSlices) : 0;
    const end = Math.min(sliceCount(a.run), sliceCount(b.run));
    const before = cutSlices(a.run, first, end);
    const after = cutSlices(b.run, first, end);
    if (correlation(profile(before), profile(after)) >= pairedCorrelation) {
      return { before: narrowed(before, a.run), after: narrowed(after, b.run), paired: true };
    }
  }
  const part = ({ label, run, state }: Sought): Prepared => {
    if (state.outcome === 'unsettled') cautions.push(`${label}: ${state.reason}`);
    return narrowed(cutSlices(run, cutWarmUp ? state.cutSlices : 0), run);
  };
  return { before: part(a), after: part(b), paired: false };
}

function seek({ label, sliced }: ComparedRun): Sought {
  const run = wholeSlices(sliced);
  return { label, run, state: findSteadyState(run) };
}

function narrowed(part: SlicedRun, whole: SlicedRun): Prepared {
  let sliced = part;
  while (sliceCount(sliced) > slicesMost) sliced = widened(sliced);
  return { sliced, cutSeconds: (part.fromMs - whole.fromMs) / 1_000 };
}

function profile(run: SlicedRun): number[] {
  return logMedians(allNames(run).cells);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  if (a.length < 10) return 0;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, index) => {
    const [x, y] = [value - meanA, (b[index] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
