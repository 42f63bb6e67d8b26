import { type Command, InvalidArgumentError } from 'commander';
import { ExitCode } from '@loadstar/shared';
import { comparisonBlock, compareStored, renderComparison, type StoredRun, trendsOf } from '@loadstar/report';
import { type Comparison, defaultMinEffect } from '@loadstar/stats';
import type { Output } from '../output/output.js';
import { writeWhole } from '../output/write-whole.js';
import { addSourceOptions, readRun, type SourceFlags } from '../report/run-source.js';
import { trendText } from './trend-text.js';

interface CompareFlags extends SourceFlags {
  json: boolean;
  markdown?: string;
  /** Percent. */
  minEffect: number;
  cut: boolean;
}

/** `loadstar compare A.json B.json`: what changed from one stored run to the next, how much and how sure. */
export function addCompareCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('compare')
    .description(
      'compare stored runs (from run --json FILE); exits 99 on a regression, 98 when they cannot be compared',
    )
    .argument('<baseline>', 'JSON file of the run to compare with, name of a baseline, or with --master its id')
    .argument(
      '<run...>',
      'JSON file of the run; of several, in order, the last is compared and the trend of all is told',
    )
    .option('--json', 'the comparison as JSON', false)
    .option('--markdown <file>', 'also write it for a pull request')
    .option('--min-effect <percent>', 'changes of times below this do not matter', percent, defaultMinEffect * 100)
    .option('--no-cut', 'count the warm-up, too');
  addSourceOptions(command).action(async (baseline: string, runs: string[], flags: CompareFlags) =>
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
  const runs = await Promise.all(labels.map((label) => readRun(label, flags)));
  const last = labels.length - 1;
  const comparison = compareStored(
    { label: baseline, run: runs[0] as StoredRun },
    { label: labels[last] as string, run: runs[last] as StoredRun },
    { minEffect: flags.minEffect / 100, cutWarmUp: flags.cut },
  );
  const trend = runs.length > 2 ? trendsOf(runs) : undefined;
  if (flags.json) output.line(JSON.stringify({ ...comparison, ...(trend && { trend }) }, null, 2));
  else {
    output.line(
      renderComparison(comparison, { colour: output.colour.isColorSupported, width: output.width }).trimEnd(),
    );
    if (trend) output.line(`\n${trendText(labels, trend)}`);
  }
  if (flags.markdown !== undefined) await writeWhole(flags.markdown, `${comparisonBlock(comparison)}\n`);
  return exitCodeOf(comparison);
}

function exitCodeOf({ verdict }: Comparison): number {
  if (verdict === 'regression') return ExitCode.thresholdFailed;
  return verdict === 'not comparable' ? ExitCode.degraded : ExitCode.passed;
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be a number of percent, 0..100.');
  }
  return value;
}
