/**
 * Compares a run with a baseline: per name and overall, how much differs, how sure that is, and whether it matters. What
 * two runs cannot show is how much runs differ from day to day; an allowance for that is made (see effects.ts), and
 * changes below `minEffect` are never called one.
 */
import { SeededRandom } from '@loadstar/shared';
import { slicesNeeded } from '../inference/percentile-interval.js';
import type { SlicedRun } from '../slices/slice-store.js';
import { allNames, sliceCount } from '../slices/sliced-run.js';
import { blockLength, bootstrap, type Replicates, resampled } from './bootstrap.js';
import { adjustedPValues } from './correction.js';
import type { Comparison, ComparisonRow, ComparisonVerdict, Effect } from './comparison.js';
import {
  failEffect,
  requestsNeeded,
  type Side,
  sideOf,
  throughputEffect,
  timeEffect,
  typicalEffect,
} from './effects.js';
import { type ComparedRun, prepare } from './prepare.js';
import { typicalTimes } from './typical.js';
import { effectWords, shownName } from './words.js';

/** Relative change of a time from which on it matters unless something else is asked for. */
export const defaultMinEffect = 0.03;

export interface CompareOptions {
  /** Relative change of a time from which on it matters. Default `defaultMinEffect`. */
  readonly minEffect?: number | undefined;
  /** Whether the warm-up is left out. Default true. */
  readonly cutWarmUp?: boolean | undefined;
  readonly replicates?: number | undefined;
  readonly seed?: string | undefined;
  /** What is known to differ in the conditions, in words. */
  readonly cautions?: readonly string[] | undefined;
  /** Why the runs must not be compared at all, in words. */
  readonly obstacles?: readonly string[] | undefined;
}

/**
 * Chance of a false alarm that is aimed at. What is promised is 5 %; short runs understate their own noise a little, and
 * the difference makes up for it (measured by `npm run bench:verdicts`).
 */
const alpha = 0.04;
/** Of the intervals that are shown. */
const confidence = 0.95;
/** Difference of fail rates that matters. */
const minFailDifference = 0.001;
/** Cells that are drawn at most for a bootstrap; with many names there are fewer replicates. */
const drawsMost = 20_000_000;

export function compareRuns(baseline: ComparedRun, candidate: ComparedRun, options: CompareOptions = {}): Comparison {
  const { minEffect = defaultMinEffect, cutWarmUp = true, seed = 'compare' } = options;
  const cautions = [...(options.cautions ?? [])];
  const { before, after, paired } = prepare(baseline, candidate, cutWarmUp, cautions);
  const obstacles = [...(options.obstacles ?? [])];
  for (const [{ sliced }, { label }] of [
    [before, baseline],
    [after, candidate],
  ] as const) {
    if (sliceCount(sliced) < slicesNeeded) {
      obstacles.push(`${label} has ${sliceCount(sliced)} settled time slices, and ${slicesNeeded} are needed`);
    }
  }
  const wanted = obstacles.length > 0 ? 0 : (options.replicates ?? 1_000);
  const [drawnBefore, drawnAfter] = draw(before.sliced, after.sliced, paired, wanted, seed);
  const sidesBefore = sides(before.sliced, drawnBefore);
  const sidesAfter = sides(after.sliced, drawnAfter);
  const rows = rowsOf(sidesBefore, sidesAfter, paired);
  addTypical(rows[0], sidesBefore, sidesAfter, paired);
  judge(rows, minEffect);
  const [total, ...named] = rows as [ComparisonRow, ...ComparisonRow[]];
  // What a reader has to know comes first; the order is stable otherwise.
  named.sort((a, b) => urgency.indexOf(a.verdict) - urgency.indexOf(b.verdict));
  for (const { verdict, method, name } of named) {
    if (verdict === 'new') cautions.push(`${shownName(method, name)} is not in ${baseline.label}`);
    if (verdict === 'gone') cautions.push(`${shownName(method, name)} is not in ${candidate.label}`);
  }
  const verdict = obstacles.length > 0 ? 'not comparable' : verdictOf(rows);
  return {
    baseline: baseline.label,
    candidate: candidate.label,
    verdict,
    text: sentence(verdict, [total, ...named], obstacles),
    cautions,
    total,
    rows: named,
    cutSeconds: [before.cutSeconds, after.cutSeconds],
    confidence,
    minEffect,
  };
}

const urgency: readonly ComparisonRow['verdict'][] = [
  'regression',
  'improvement',
  'gone',
  'new',
  'no change',
  'too little data',
];

/** All names together first, then each. */
function sides(run: SlicedRun, drawn: readonly Replicates[]): Map<string, Side> {
  const seconds = Math.max(1e-9, (sliceCount(run) * run.widthMs) / 1_000);
  return new Map(
    [allNames(run), ...run.names].map(({ method, name, cells }, index) => [
      JSON.stringify([method, name]),
      sideOf(cells, seconds, drawn[index]),
    ]),
  );
}

/** Runs that might have been, of both; those of paired ones are drawn slice by slice together. */
function draw(
  before: SlicedRun,
  after: SlicedRun,
  paired: boolean,
  wanted: number,
  seed: string,
): [Replicates[], Replicates[]] {
  if (wanted === 0) return [[], []];
  const a = [allNames(before), ...before.names].map(({ cells }) => cells);
  const b = [allNames(after), ...after.names].map(({ cells }) => cells);
  const size = a.length * sliceCount(before) + b.length * sliceCount(after);
  const replicates = Math.max(200, Math.min(wanted, Math.floor(drawsMost / (size + 1))));
  const [blockA, blockB] = [blockLength(a), blockLength(b)];
  const longest = Math.max(blockA, blockB);
  return [
    bootstrap(a, paired ? longest : blockA, replicates, new SeededRandom(seed)),
    bootstrap(b, paired ? longest : blockB, replicates, new SeededRandom(paired ? seed : `${seed}, the other`)),
  ];
}

const nothing = sideOf([], 1, undefined);

function rowsOf(before: ReadonlyMap<string, Side>, after: ReadonlyMap<string, Side>, paired: boolean): ComparisonRow[] {
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [method, name] = JSON.parse(key) as [string, string];
    const a = before.get(key) ?? nothing;
    const b = after.get(key) ?? nothing;
    const row = { method, name, before: a.all.requests, after: b.all.requests, text: '', effects: [] };
    if (a.all.requests === 0 || b.all.requests === 0) {
      const verdict = a.all.requests === 0 ? ('new' as const) : ('gone' as const);
      const where = verdict === 'new' ? 'new run' : 'baseline';
      return { ...row, verdict, text: `${shownName(method, name)}: only in the ${where}` };
    }
    const times = resampled.flatMap((metric) => timeEffect(metric, a, b, paired) ?? []);
    const enough = Math.min(a.all.requests, b.all.requests) >= requestsNeeded;
    const effects = enough ? [...times, failEffect(a, b, paired), throughputEffect(a, b, paired)] : [];
    return { ...row, verdict: times.length > 0 ? ('no change' as const) : ('too little data' as const), effects };
  });
}

/** The overall row leads with the typical time of the names that both runs have. */
function addTypical(
  total: ComparisonRow | undefined,
  before: ReadonlyMap<string, Side>,
  after: ReadonlyMap<string, Side>,
  paired: boolean,
): void {
  const [, ...named] = [...before];
  const pairs = named.map(([key, side]) => ({ before: side.cells, after: after.get(key)?.cells ?? [] }));
  const times = typicalTimes(pairs);
  if (total && times && total.effects.length > 0) {
    total.effects.unshift(typicalEffect(times.before, times.after, paired));
  }
}

/**
 * Marks what is significant, and words the rows. Half of the accepted chance of a false alarm goes to the typical time,
 * which is the one question that every comparison asks; the other half to all tests on names and overall, corrected
 * for their number.
 */
function judge(rows: readonly ComparisonRow[], minEffect: number): void {
  const tests = rows.flatMap(({ effects }) => effects.filter(({ metric }) => gatedMetrics.includes(metric)));
  const adjusted = adjustedPValues(tests.map(({ pValue }) => pValue));
  const decide = (effect: Effect, corrected: number): void => {
    const least = effect.metric === 'failRate' ? minFailDifference : minEffect;
    effect.gated = true;
    effect.adjusted = Math.min(1, corrected);
    effect.significant = effect.adjusted <= alpha && Math.abs(effect.change) >= least;
  };
  tests.forEach((effect, index) => decide(effect, 2 * (adjusted[index] ?? 1)));
  for (const effect of rows[0]?.effects ?? []) if (effect.metric === 'typical') decide(effect, 2 * effect.pValue);
  for (const row of rows) {
    if (row.text !== '') continue;
    const found = row.effects.filter(({ significant }) => significant);
    if (found.some(({ worse }) => worse)) row.verdict = 'regression';
    else if (found.length > 0) row.verdict = 'improvement';
    row.text = rowText(row, found);
  }
}

/** Whose change makes a verdict, beside the typical time. */
const gatedMetrics: readonly string[] = ['p50', 'p95', 'failRate'];

function rowText(row: ComparisonRow, found: readonly Effect[]): string {
  const name = shownName(row.method, row.name);
  const decisive = found.filter(({ worse }) => row.verdict !== 'regression' || worse);
  const shown =
    decisive.length > 0 ? decisive : row.effects.filter(({ metric }) => metric === 'typical' || metric === 'p95');
  const fallback = shown.length > 0 ? shown : row.effects.slice(0, 1);
  if (fallback.length === 0) return `${name}: ${row.verdict} (${row.before} and ${row.after} requests)`;
  return `${name} ${fallback.map(effectWords).join(', ')}, ${row.verdict}`;
}

function verdictOf(rows: readonly ComparisonRow[]): ComparisonVerdict {
  if (rows.some(({ verdict }) => verdict === 'regression')) return 'regression';
  if (rows.some(({ verdict }) => verdict === 'improvement')) return 'improvement';
  return rows.some(({ verdict }) => verdict === 'no change') ? 'no change' : 'not comparable';
}

function sentence(verdict: ComparisonVerdict, rows: readonly ComparisonRow[], obstacles: readonly string[]): string {
  if (verdict === 'not comparable') {
    return `The runs cannot be compared: ${obstacles.length > 0 ? obstacles.join('; ') : 'there is too little data'}.`;
  }
  const [total] = rows;
  if (verdict === 'no change') return `No difference that matters. ${total?.text ?? ''}.`;
  const same = rows.filter((row) => row.verdict === verdict);
  const named = same.filter((row) => row !== total);
  const where = named.length > 0 ? `${named.length} of ${rows.length - 1} names` : 'all names together';
  return `A ${verdict} in ${where}. ${(named[0] ?? total)?.text ?? ''}.`.replace('A improvement', 'An improvement');
}
