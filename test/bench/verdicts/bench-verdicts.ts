/**
 * How often verdicts are right, where the truth is known: `npm run bench:verdicts`. Every line is a claim of the docs
 * with the number it was measured at; a claim that is not met makes the exit code 1.
 *
 *   npm run bench:verdicts -- [--quick]                       a tenth of the trials, too few to claim anything
 *   npm run bench:verdicts -- --intervals                     only the intervals
 *   npm run bench:verdicts -- --real [FOLDER [RUNS [SECONDS]]] real runs against the sample target, added to those in
 *                                                             the folder: how many of all pairs are told apart
 *   npm run bench:verdicts -- --capacity [FOLDER]             a real search for a capacity that is known
 *
 * Each with `--write docs/performance.md` to put the figures into that page.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readStoredRun } from '@loadstar/report';
import { SeededRandom } from '@loadstar/shared';
import { CapacitySearch, compareRuns, percentileInterval, type SlicedRun } from '@loadstar/stats';
import { normalQuantile } from '../../../libs/stats/src/inference/quantiles.js';
import { cutPoint } from '../../../libs/stats/src/steady/cut-point.js';
import { levels, type NoisyOptions, noisyRun } from '../../../libs/stats/src/testing/noisy-run.js';
import { mm2Target, tokenBucketTarget } from '../../../libs/stats/src/testing/capacity-targets.js';
import { Claims } from './claims.js';
import { realRuns, realSearch } from './real-runs.js';

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    intervals: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    capacity: { type: 'boolean', default: false },
    write: { type: 'string' },
  },
});
const [folder = join(tmpdir(), 'loadstar-bench-verdicts'), runs = '6', seconds = '30'] = positionals;
const claims = new Claims(!asked.quick);
const percent = (share: number): string => (share * 100).toFixed(1);

if (asked.real) {
  realPairs(await realRuns(folder, Number(runs), Number(seconds)));
  write(
    'verdicts-real',
    '### Equal runs against a real target\n\n`npm run bench:verdicts -- --real`: real runs of one scenario, each against a new sample target, every pair of them compared. A run during which other processes had more than a tenth of a core is not kept, whatever its numbers are: it really is another one.',
  );
} else if (asked.capacity) {
  const steps = await realCapacity();
  write(
    'verdicts-capacity',
    `### The capacity of a real target\n\n\`npm run bench:verdicts -- --capacity\`: a sample target that answers 400 requests a second and refuses the rest, at most 1 % of them refused. ${steps}`,
  );
} else {
  simulations(asked.quick ? 0.1 : 1);
  write(
    'verdicts',
    '## Verdicts\n\n`npm run bench:verdicts`: how often verdicts are right where the truth is known. Noise is the standard deviation of the level of a second, correlation that of neighbouring seconds; runs, where named, the deviation of whole runs from each other, which no run shows in itself.',
  );
}
process.exitCode = claims.unmet > 0 ? 1 : 0;

function write(section: string, before: string): void {
  if (asked.write !== undefined) claims.write(asked.write, section, before);
}

/** @returns what came of it, in words */
async function realCapacity(): Promise<string> {
  const file = await realSearch(folder, 400);
  const { capacity } = readStoredRun(readFileSync(file, 'utf8'), file).summary;
  const steps = capacity?.steps ?? [];
  for (const { number, rate, passed, achievedRate, reason } of steps) {
    const result = passed ? 'held' : `not held: ${reason ?? ''}`;
    process.stdout.write(`  step ${number}: ${rate.toFixed(1)}/s, ${achievedRate.toFixed(1)}/s answered, ${result}\n`);
  }
  const estimate = capacity?.estimate ?? 0;
  const words = `Found ${estimate.toFixed(1)}/s in ${steps.length} steps.`;
  process.stdout.write(`${words}\n`);
  const good = Math.abs(estimate / 400 - 1) <= 0.05 && steps.length <= 12 && steps.every(({ rate }) => rate <= 1_500);
  claims.share('Real search within 5 %, at most 12 steps, cap never passed', good ? 1 : 0, 1, 1);
  return words;
}

function simulations(scale: number): void {
  const many = (count: number): number => Math.max(10, Math.round(count * scale));
  if (!asked.intervals) comparisons(many(300));
  intervals(many(3_000));
  if (asked.intervals) return;
  steadyStates(many(1_000));
  capacities(many(100));
}

function comparisons(pairs: number): void {
  const names = [
    { name: '/users', medianMs: 12, share: 0.5 },
    { name: '/users/[id]', medianMs: 7, share: 0.3 },
    { name: '/orders', medianMs: 35, share: 0.15 },
    { name: '/search', medianMs: 60, share: 0.05 },
  ];
  const settings: [levelNoise: number, correlation: number, claimed: boolean, runNoise?: number][] = [
    [0.03, 0.5, true],
    [0.02, 0.7, true],
    [0.05, 0.5, false],
    [0.03, 0.5, false, 0.007],
  ];
  claims.heading('Comparison of 60 s runs, 300 requests/s, four names; noise and correlation of the seconds');
  for (const [levelNoise, correlation, claimed, runNoise = 0] of settings) {
    const options: NoisyOptions = {
      seconds: 60,
      rate: 300,
      levelNoise,
      correlation,
      runNoise,
      spread: 0.45,
      names,
      failShare: 0.002,
    };
    const random = new SeededRandom(`pairs ${levelNoise} ${correlation}${runNoise > 0 ? ` ${runNoise}` : ''}`);
    let alarms = 0;
    let found = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const before = noisyRun(random, options);
      const isFound = (candidate: SlicedRun): string =>
        compareRuns(
          { label: 'a', sliced: before },
          { label: 'b', sliced: candidate },
          { replicates: 250, seed: `${pair}` },
        ).verdict;
      if (isFound(noisyRun(random, options)) !== 'no change') alarms++;
      if (isFound(noisyRun(random, { ...options, factor: () => 1.05 })) === 'regression') found++;
    }
    const apart = runNoise > 0 ? `, runs ${percent(runNoise)} %` : '';
    const where = `${percent(levelNoise)} %, ${correlation}${apart}`;
    claims.share(`A/A, ${where}: false alarms`, alarms, pairs, 0, 0.05);
    claims.share(`+5 %, ${where}: found`, found, pairs, claimed ? 0.9 : undefined);
  }
}

function intervals(runs: number): void {
  claims.heading('95 % intervals of percentiles of 120 s runs cover the truth (correlation of the seconds)');
  for (const [percentile, correlation, levelNoise] of [
    [50, 0.4, 0.1],
    [95, 0, 0],
    [95, 0.3, 0.08],
    [95, 0.6, 0.08],
    [99, 0.4, 0.05],
  ] as const) {
    const random = new SeededRandom(`intervals ${percentile} ${correlation}`);
    const spread = 0.5;
    const truth = 20 * Math.exp(Math.hypot(spread, levelNoise) * normalQuantile(percentile / 100));
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const { names } = noisyRun(random, {
        seconds: 120,
        rate: 50,
        levelNoise,
        correlation,
        spread,
        names: [{ name: '/', medianMs: 20, share: 1 }],
      });
      const interval = percentileInterval(names[0]?.cells ?? [], percentile);
      if (interval !== undefined && interval.lowMs <= truth && truth <= interval.highMs) covered++;
    }
    claims.share(`p${percentile}, ${correlation}`, covered, runs, 0.93, 0.97);
  }
}

function steadyStates(series: number): void {
  claims.heading('Warm-up of a series (correlation of the slices)');
  const options = { alpha: 0.005, least: 0.05 };
  for (const correlation of [0, 0.4]) {
    const random = new SeededRandom(`steady ${correlation}`);
    let near = 0;
    let untouched = 0;
    for (let trial = 0; trial < series; trial++) {
      const length = random.int(2, 25);
      const noise = levels(random, random.int(60, 180), 0.06, correlation);
      if (cutPoint(noise, options) === 0) untouched++;
      const cut = cutPoint(
        noise.map((value, slice) => value + (slice < length ? 0.25 * Math.min(3, length - slice) : 0)),
        options,
      );
      if (cut !== undefined && Math.abs(cut - length) <= 1) near++;
    }
    claims.share(`cut within one slice of its end, ${correlation}`, near, series, 0.95);
    claims.share(`flat series left as they are, ${correlation}`, untouched, series, 0.97);
  }
}

function capacities(searches: number): void {
  claims.heading('Capacity search, within 5 % in at most 12 steps, cap never passed');
  for (const [name, make] of [
    ['token bucket of 400/s, steps of 10 s', tokenBucketTarget],
    ['M/M/2, p95 under a limit, steps of 120 s', mm2Target],
  ] as const) {
    let right = 0;
    for (let trial = 0; trial < searches; trial++) {
      const target = make(new SeededRandom(`${name} ${trial}`));
      const search = new CapacitySearch({
        startRate: 40,
        capRate: 2_000,
        precision: 0.05,
        maxSteps: 12,
        stepSeconds: name.startsWith('M') ? 120 : 10,
        coolDownSeconds: 2,
      });
      for (let step = search.next(); step !== undefined; step = search.next())
        search.report(target.run(step.rate, step.seconds));
      const { estimate, steps } = search.result();
      const close = estimate !== null && Math.abs(estimate / target.capacity - 1) <= 0.05;
      if (close && steps.length <= 12 && steps.every(({ rate }) => rate <= 2_000)) right++;
    }
    claims.share(`${name}`, right, searches, 0.95);
  }
}

/** Every pair of stored runs, warm-up left out: they are of the same thing, so each difference is a false alarm. */
function realPairs(reports: readonly string[]): void {
  const runs = reports.flatMap((file) => {
    const { details, summary } = readStoredRun(readFileSync(file, 'utf8'), file);
    if (details.slices === undefined) throw new Error(`${file} has no slices`);
    // `loadstar compare` refuses such a run, too.
    if (summary.meta.verdict !== 'invalid') return [{ label: file, sliced: details.slices }];
    process.stdout.write(`  ${file} is left out: ${summary.meta.verdictReasons.join('; ')}\n`);
    return [];
  });
  let pairs = 0;
  let alarms = 0;
  runs.forEach((a, first) =>
    runs.slice(first + 1).forEach((b) => {
      pairs++;
      const { verdict, text } = compareRuns(a, b, { replicates: 400 });
      if (verdict === 'no change') return;
      alarms++;
      process.stdout.write(`  ${a.label} ${b.label}: ${text}\n`);
    }),
  );
  claims.share(
    `Pairs of ${runs.length} real runs of the same thing that are told apart`,
    alarms,
    Math.max(1, pairs),
    0,
    0.05,
  );
}
