import type { Command } from 'commander';
import { ExitCode } from '@loadstar/shared';
import { compareStored, renderText, type StoredRun } from '@loadstar/report';
import type { Output } from '../output/output.js';
import { type AskedReports, writeReportFiles } from './report-files.js';
import { addSourceOptions, readRun, type SourceFlags } from './run-source.js';

interface ReportFlags extends AskedReports, SourceFlags {
  baseline?: string;
}

/** `loadstar report RUN.json`: any report of a run that was stored, as often as wanted. */
export function addReportCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('report')
    .description('write reports of a stored run (from run --json FILE); without options the summary to the terminal')
    .argument('<run>', 'JSON file of the run')
    .option('--html <file>', 'a self-contained page with charts')
    .option('--json <file>', 'the run again, with the comparison if there is a --baseline')
    .option('--csv <prefix>', 'PREFIX_stats.csv, _stats_history.csv, _failures.csv, _exceptions.csv')
    .option('--junit <file>', 'JUnit XML: a case per threshold and check')
    .option('--markdown <file>', 'a summary for a pull request')
    .option('--hlog <file>', 'an HdrHistogram log')
    .option('--text <file>', 'the summary as a text')
    .option('--baseline <run>', 'compare with this stored run in the reports');
  addSourceOptions(command).action(async (file: string, flags: ReportFlags) =>
    setExitCode(await report(file, flags, output)),
  );
}

async function report(file: string, flags: ReportFlags, output: Output): Promise<number> {
  const run = await readRun(file, flags);
  const { baseline, master: _master, token: _token, ...asked } = flags;
  const { summary, points, details } =
    baseline === undefined ? run : compared(run, file, { label: baseline, run: await readRun(baseline, flags) });
  const written = await writeReportFiles(asked, summary, points, details);
  if (written.length === 0) {
    output.line(renderText(summary, { colour: output.colour.isColorSupported, width: output.width }));
  }
  for (const name of written) output.error(`Wrote ${name}`);
  return ExitCode.passed;
}

function compared(run: StoredRun, label: string, baseline: { label: string; run: StoredRun }): StoredRun {
  const comparison = compareStored(baseline, { label, run });
  return { ...run, summary: { ...run.summary, comparison } };
}
