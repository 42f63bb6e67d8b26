import { type Command, InvalidArgumentError } from 'commander';
import { ExitCode } from '@loadstar/shared';
import {
  comparisonBlock,
  compareStored,
  formatMs,
  formatNumber,
  formatPercent,
  renderComparison,
  type StoredRun,
} from '@loadstar/report';
import { type Comparison, trendOf } from '@loadstar/stats';
import type { Output } from '../output/output.js';
import { writeWhole } from '../output/write-whole.js';
import { readRunFile } from '../report/stored-file.js';

interface CompareFlags {
  json: boolean;
  markdown?: string;
  /** Percent. */
  minEffect: number;
  cut: boolean;
}

/** `loadstar compare A.json B.json`: what changed from one stored run to the next, how much and how sure. */
export function addCompareCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  program
    .command('compare')
    .description(
      'compare stored runs (from run --json FILE); exits 99 on a regression, 98 when they cannot be compared',
    )
    .argument('<baseline>', 'JSON file of the run to compare with')
    .argument(
      '<run...>',
      'JSON file of the run; of several, in order, the last is compared and the trend of all is told',
    )
    .option('--json', 'the comparison as JSON', false)
    .option('--markdown <file>', 'also write it for a pull request')
    .option('--min-effect <percent>', 'changes of times below this do not matter', percent, 2)
    .option('--no-cut', 'count the warm-up, too')
    .action(async (baseline: string, runs: string[], flags: CompareFlags) =>
      setExitCode(await compare(baseline, runs, flags, output)),
    );
}

async function compare(
  baseline: string,
  files: readonly string[],
  flags: CompareFlags,
  output: Output,
): Promise<number> {
  const labels = [baseline, ...files];
  const runs = await Promise.all(labels.map(readRunFile));
  const last = labels.length - 1;
  const comparison = compareStored(
    { label: baseline, run: runs[0] as StoredRun },
    { label: labels[last] as string, run: runs[last] as StoredRun },
    { minEffect: flags.minEffect / 100, cutWarmUp: flags.cut },
  );
  const trend = runs.length > 2 ? trends(runs) : undefined;
  if (flags.json) output.line(JSON.stringify({ ...comparison, ...(trend && { trend }) }, null, 2));
  else {
    output.line(
      renderComparison(comparison, { colour: output.colour.isColorSupported, width: output.width }).trimEnd(),
    );
    if (trend) output.line(`\n${trendText(labels, runs, trend)}`);
  }
  if (flags.markdown !== undefined) await writeWhole(flags.markdown, `${comparisonBlock(comparison)}\n`);
  return exitCodeOf(comparison);
}

function exitCodeOf({ verdict }: Comparison): number {
  if (verdict === 'regression') return ExitCode.thresholdFailed;
  return verdict === 'not comparable' ? ExitCode.degraded : ExitCode.passed;
}

type Trends = Record<'p50' | 'p95' | 'throughput', ReturnType<typeof trendOf>>;

function trends(runs: readonly StoredRun[]): Trends {
  const of = (value: (run: StoredRun) => number): ReturnType<typeof trendOf> => trendOf(runs.map(value));
  return {
    p50: of((run) => settled(run, 50)),
    p95: of((run) => settled(run, 95)),
    throughput: of(({ summary }) => summary.total.requestsPerSecond),
  };
}

/** A percentile without the warm-up, milliseconds. */
function settled({ summary }: StoredRun, percentile: 50 | 95): number {
  const steady = summary.steady?.total.percentiles.find((each) => each.percentile === percentile);
  return steady?.steadyMs ?? summary.total.response.percentiles[`p${percentile}`];
}

function trendText(labels: readonly string[], runs: readonly StoredRun[], trend: Trends): string {
  const lines = runs.map((run, index) => {
    const { total } = run.summary;
    return `  ${labels[index]}: p50 ${formatMs(settled(run, 50))}, p95 ${formatMs(settled(run, 95))}, ${formatNumber(total.requestsPerSecond)}/s, ${formatPercent(total.failRatio)} failed`;
  });
  const words = Object.entries(trend).map(([name, { direction, changePerRun }]) => {
    const change = changePerRun === null ? '' : ` (${(changePerRun * 100).toFixed(1)} % a run)`;
    return `${name} ${direction === 'none' ? 'no trend' : direction}${change}`;
  });
  return `Trend of ${runs.length} runs: ${words.join(', ')}\n${lines.join('\n')}`;
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be a number of percent, 0..100.');
  }
  return value;
}
