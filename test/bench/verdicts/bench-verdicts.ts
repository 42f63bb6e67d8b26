/**
 * How often verdicts are right, where the truth is known: `npm run bench:verdicts`. Every line is a claim of the docs
 * with the number it was measured at; a claim that is not met makes the exit code 1.
 *
 *   npm run bench:verdicts -- [--quick]                       a tenth of the trials, too few to claim anything
 *   npm run bench:verdicts -- --intervals                     only the intervals
 *   npm run bench:verdicts -- --real [FOLDER [RUNS [SECONDS]]] real runs against the sample target, added to those in
 *                                                             the folder: how many of all pairs are told apart
 *   npm run bench:verdicts -- --capacity [FOLDER]             a real search for a capacity that is known
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStoredRun } from '@loadstar/report';
import { SeededRandom } from '@loadstar/shared';
import { CapacitySearch, compareRuns, percentileInterval, type SlicedRun } from '@loadstar/stats';
import { normalQuantile } from '../../../libs/stats/src/inference/quantiles.js';
import { cutPoint } from '../../../libs/stats/src/steady/cut-point.js';
import { levels, type NoisyOptions, noisyRun } from '../../../libs/stats/src/testing/noisy-run.js';
import { mm2Target, tokenBucketTarget } from '../../../libs/stats/src/testing/capacity-targets.js';

import { realRuns, realSearch } from './real-runs.js';

const [flag, folder = join(tmpdir(), 'loadstar-bench-verdicts'), runs = '6', seconds = '30'] = process.argv.slice(2);
let unmet = 0;

/** Prints a share and whether it lies where it should; without bounds it is only told. */
function line(what: string, hits: number, trials: number, least?: number, most?: number): void {
  const share = hits / trials;
  const claimed = flag !== '--quick' && (least !== undefined || most !== undefined);
  const met = share >= (least ?? 0) && share <= (most ?? 1);
  if (claimed && !met) unmet++;
  const bounds = !claimed ? 'told only' : `${percent(least ?? 0)}..${percent(most ?? 1)} %: ${met ? 'met' : 'NOT MET'}`;
  process.stdout.write(
    `${what.padEnd(74)} ${percent(share).padStart(6)} % of ${String(trials).padStart(4)}   ${bounds}\n`,
  );
}

const percent = (share: number): string => (share * 100).toFixed(1);

if (flag === '--real') realPairs(await realRuns(folder, Number(runs), Number(seconds)));
else if (flag === '--capacity') await realCapacity();
else simulations(flag === '--quick' ? 0.1 : 1);
process.exitCode = unmet > 0 ? 1 : 0;

async function realCapacity(): Promise<void> {
  const file = await realSearch(folder, 400);
  const { capacity } = readStoredRun(readFileSync(file, 'utf8'), file).summary;
  const steps = capacity?.steps ?? [];
  for (const { number, rate, passed, achievedRate, reason } of steps) {
    const result = passed ? 'held' : `not held: ${reason ?? ''}`;
    process.stdout.write(`  step ${number}: ${rate.toFixed(1)}/s, ${achievedRate.toFixed(1)}/s answered, ${result}\n`);
  }
  const estimate = capacity?.estimate ?? 0;
  process.stdout.write(`Real target with 400/s: found ${estimate.toFixed(1)}/s in ${steps.length} steps\n`);
  const good = Math.abs(estimate / 400 - 1) <= 0.05 && steps.length <= 12 && steps.every(({ rate }) => rate <= 1_500);
  line('Real search within 5 %, at most 12 steps, cap never passed', good ? 1 : 0, 1, 1);
}

function simulations(scale: number): void {
  const many = (count: number): number => Math.max(10, Math.round(count * scale));
  if (flag !== '--intervals') comparisons(many(300));
  intervals(many(3_000));
  if (flag === '--intervals') return;
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
  const settings: [levelNoise: number, correlation: number, claimed: boolean][] = [
    [0.03, 0.5, true],
    [0.02, 0.7, true],
    [0.05, 0.5, false],
  ];
  process.stdout.write('Comparison of 60 s runs, 300 requests/s, four names; noise and correlation of the seconds:\n');
  for (const [levelNoise, correlation, claimed] of settings) {
    const options: NoisyOptions = {
      seconds: 60,
      rate: 300,
      levelNoise,
      correlation,
      spread: 0.45,
      names,
      failShare: 0.002,
    };
    const random = new SeededRandom(`pairs ${levelNoise} ${correlation}`);
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
    const where = `${percent(levelNoise)} %, ${correlation}`;
    line(`  A/A, ${where}: false alarms`, alarms, pairs, 0, 0.05);
    line(`  +5 %, ${where}: found`, found, pairs, claimed ? 0.9 : undefined);
  }
}

function intervals(runs: number): void {
  process.stdout.write('95 % intervals of percentiles of 120 s runs cover the truth (correlation of the seconds):\n');
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
    line(`  p${percentile}, ${correlation}`, covered, runs, 0.93, 0.97);
  }
}

function steadyStates(series: number): void {
  process.stdout.write('Warm-up of a series (correlation of the slices):\n');
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
    line(`  cut within one slice of its end, ${correlation}`, near, series, 0.95);
    line(`  flat series left as they are, ${correlation}`, untouched, series, 0.97);
  }
}

function capacities(searches: number): void {
  process.stdout.write('Capacity search, within 5 % in at most 12 steps, cap never passed:\n');
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
    line(`  ${name}`, right, searches, 0.95);
  }
}

/** Every pair of stored runs, warm-up left out: they are of the same thing, so each difference is a false alarm. */
function realPairs(reports: readonly string[]): void {
  const runs = reports.map((file) => {
    const { details } = readStoredRun(readFileSync(file, 'utf8'), file);
    if (details.slices === undefined) throw new Error(`${file} has no slices`);
    return { label: file, sliced: details.slices };
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
  line('Real runs of the same thing that are told apart', alarms, Math.max(1, pairs), 0, 0.05);
}
