import { Command } from 'commander';
import { ExitCode, loadstarVersion } from '@loadstar/shared';
import { type Output, standardOutput } from './output/output.js';
import { reportError } from './output/report-error.js';

type AddCommand = (program: Command, output: Output, setExitCode: (code: number) => void) => void;

/** By name, each with what it takes to have it: `start` stays in memory for as long as the platform runs. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import('./run/run.command.js')).addRunCommand,
  start: async () => (await import('./start/start.command.js')).addStartCommand,
  stop: async () => (await import('./master/stop.command.js')).addStopCommand,
  queue: async () => (await import('./master/queue.command.js')).addQueueCommand,
  status: async () => (await import('./master/status.command.js')).addStatusCommand,
  validate: async () => (await import('./validate/validate.command.js')).addValidateCommand,
  compare: async () => (await import('./compare/compare.command.js')).addCompareCommand,
  trend: async () => (await import('./compare/trend.command.js')).addTrendCommand,
  report: async () => (await import('./report/report.command.js')).addReportCommand,
};

/** The `loadstar` command: one file a subcommand, errors and exit codes here. */
const output = standardOutput();
let exitCode: number = ExitCode.passed;
const setExitCode = (code: number): void => {
  exitCode = code;
};

const program = new Command('loadstar')
  .description('Distributed load and performance testing with scenarios in TypeScript')
  .version(loadstarVersion)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride();
const asked = process.argv[2] ?? '';
for (const [name, load] of Object.entries(commands)) {
  if (name === asked || !Object.hasOwn(commands, asked)) (await load())(program, output, setExitCode);
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  exitCode = isCommanderExit(error) ? error.exitCode : reportError(error, output);
}
process.exit(exitCode);

function isCommanderExit(error: unknown): error is { exitCode: number } {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('commander.') && 'exitCode' in error
  );
}
