/** Compares two stored runs: the numbers, and the conditions under which they came about. */
import { type CompareOptions, type Comparison, compareRuns, type SlicedRun } from '@loadstar/stats';
import { formatDuration } from '../format/numbers.js';
import type { StoredRun } from './stored-run.js';

export interface LabelledRun {
  /** For people: a file's name, a run's id. */
  readonly label: string;
  readonly run: Pick<StoredRun, 'summary' | 'details'>;
}

const nothing: SlicedRun = { widthMs: 1_000, fromMs: 0, endMs: 0, names: [] };

export function compareStored(baseline: LabelledRun, candidate: LabelledRun, options: CompareOptions = {}): Comparison {
  const cautions = [...conditions(baseline, candidate), ...(options.cautions ?? [])];
  const obstacles = [...(options.obstacles ?? [])];
  for (const { label, run } of [baseline, candidate]) {
    const { verdict, verdictReasons } = run.summary.meta;
    const why = verdictReasons[0] === undefined ? '' : `: ${verdictReasons[0]}`;
    if (verdict === 'invalid') obstacles.push(`${label} is invalid${why}`);
    if (verdict === 'degraded') cautions.push(`${label} is degraded${why}`);
    if (run.details.slices === undefined) obstacles.push(`${label} was stored without its time slices`);
  }
  const sliced = ({ label, run }: LabelledRun): { label: string; sliced: SlicedRun } => ({
    label,
    sliced: run.details.slices ?? nothing,
  });
  return compareRuns(sliced(baseline), sliced(candidate), { ...options, cautions, obstacles });
}

/** What else than the target may explain a difference. */
function conditions(baseline: LabelledRun, candidate: LabelledRun): string[] {
  const [a, b] = [baseline.run.summary.meta, candidate.run.summary.meta];
  const words: string[] = [];
  const differ = (what: string, before: string | number | null, after: string | number | null): void => {
    if (before !== after) words.push(`${what}: ${before ?? 'none'} and ${after ?? 'none'}`);
  };
  differ('scenario', a.scenario, b.scenario);
  differ('host', a.host, b.host);
  differ('shape', a.shape, b.shape);
  differ('most users', a.users, b.users);
  differ('engines', a.engines, b.engines);
  if (Math.abs(Math.log(Math.max(1, a.elapsedSeconds) / Math.max(1, b.elapsedSeconds))) > 0.2) {
    differ('length', formatDuration(a.elapsedSeconds), formatDuration(b.elapsedSeconds));
  }
  return words;
}
