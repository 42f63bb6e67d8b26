import { Command } from 'commander';
import { ExitCode, loadstarVersion } from '@loadstar/shared';
import { addCompareCommand } from './compare/compare.command.js';
import { standardOutput } from './output/output.js';
import { reportError } from './output/report-error.js';
import { addReportCommand } from './report/report.command.js';
import { addRunCommand } from './run/run.command.js';
import { addStartCommand } from './start/start.command.js';
import { addValidateCommand } from './validate/validate.command.js';

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
addRunCommand(program, output, setExitCode);
addStartCommand(program, output, setExitCode);
addValidateCommand(program, output, setExitCode);
addCompareCommand(program, output, setExitCode);
addReportCommand(program, output, setExitCode);

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
