/** `loadstar trend A B C ...`: whether the numbers of many runs rise or fall. */
import type { Command } from 'commander';
import { trendsOf } from '@loadstar/report';
import { ExitCode, type TrendRow } from '@loadstar/shared';
import type { Output } from '../output/output.js';
import { addSourceOptions, readRun, type SourceFlags } from '../report/run-source.js';
import { trendText } from './trend-text.js';

interface TrendFlags extends SourceFlags {
  json: boolean;
}

export function addTrendCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('trend')
    .description('tell whether stored runs get slower, in the order given; exits 99 when times or failures rise')
    .argument('<run...>', 'JSON files of runs, baselines, or with --master ids; five or more say something')
    .option('--json', 'the trend as JSON', false);
  addSourceOptions(command).action(async (labels: string[], flags: TrendFlags) => {
    const runs = await Promise.all(labels.map((label) => readRun(label, flags)));
    const trends = trendsOf(runs);
    output.line(flags.json ? JSON.stringify({ runs: labels, trends }, null, 2) : trendText(labels, trends));
    setExitCode(trends.some(isWorse) ? ExitCode.thresholdFailed : ExitCode.passed);
  });
}

/** Less throughput alone may be less load. */
function isWorse({ metric, trend }: TrendRow): boolean {
  return metric !== 'throughput' && trend.direction === 'rising';
}
