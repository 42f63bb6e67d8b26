import { ExitCode, LoadstarError } from '@loadstar/shared';
import type { Output } from './output.js';

/** Tells a person what went wrong and what to do, and returns the exit code that tells a program. */
export function reportError(error: unknown, output: Output): number {
  const { colour } = output;
  if (error instanceof LoadstarError) {
    output.error(`${colour.red('✖')} ${error.message}`);
    for (const { field, problem } of error.fields) output.error(`  ${colour.bold(field)}: ${problem}`);
    output.error(`  ${colour.dim(error.hint)} ${colour.dim(`[${error.code}]`)}`);
    return error.entry.exitCode;
  }
  output.error(`${colour.red('✖')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return ExitCode.couldNotRun;
}
