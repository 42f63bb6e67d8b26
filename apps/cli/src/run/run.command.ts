import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { share, whole } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { readRunTime, type RunFlags } from './run-settings.js';

/** `loadstar run FILE`: one scenario in one process tree, for a terminal or a CI job. */
export function addRunCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  program
    .command('run')
    .description('run a scenario file on this machine, without a server')
    .argument('<file>', 'scenario file (TypeScript or JavaScript)')
    .option('-H, --host <url>', 'base URL of the system under test')
    .option('-u, --users <count>', 'users at the plateau; not used where a shape decides', whole(1, 1_000_000))
    .addOption(new Option('-r, --spawn-rate <rate>', 'users started per second').argParser(rate))
    .option('-t, --run-time <time>', 'stop after this time: 90s, 10m, 1h20m', runTime)
    .addOption(
      new Option('--param <name=value>', 'value of a parameter that the file declares; may be given several times')
        .default({}, 'the defaults of the file')
        .argParser(parameter),
    )
    .option('--shape <name>', 'load shape of the file to follow, or none (default: its only one)')
    .option('--classes <names>', 'user classes to run, with commas between (default: all)', list)
    .addOption(
      new Option('--processes <count>', 'engine processes')
        .default(Math.max(1, availableParallelism() - 1), 'one fewer than cores')
        .argParser(whole(1, 256)),
    )
    .option('--seed <text>', 'seed of every random choice, to repeat a run')
    .option(
      '--stop-timeout <seconds>',
      'time that iterations may take to end (default: as the file says, or 5)',
      whole(0, 3600),
    )
    .option(
      '--allow <targets>',
      'hosts, addresses or CIDR blocks that may be connected to (default: all but metadata addresses)',
      list,
      [],
    )
    .option('--trace-sampling <share>', 'send W3C trace context; ask for this share of traces, 0 to 1', share)
    .option('--html <file>', 'write an HTML report')
    .option('--json [file]', 'write the summary as JSON, without a file name to the standard output')
    .option('--csv <prefix>', 'write PREFIX_stats.csv, _stats_history.csv, _failures.csv, _exceptions.csv')
    .option('--junit <file>', 'write JUnit XML: a case per threshold and check')
    .option('--markdown <file>', 'write a summary for a pull request')
    .option('--hlog <file>', 'write an HdrHistogram log')
    .option('--text <file>', 'write the summary as a text')
    .option(
      '--baseline <run>',
      'compare with a stored run (its JSON file, or a name that --save-baseline gave): a regression exits with 99',
    )
    .option('--save-baseline <name>', 'keep this run in .loadstar/baselines as the baseline of this name, if it passed')
    .option('--quiet', 'only errors and what was asked for', false)
    .option('--headless', 'accepted for habit: this command never opens a page', false)
    .action(async (file: string, flags: RunFlags) => {
      // Engine, reports and esbuild are loaded only by the command that needs them.
      const { runScenario } = await import('./run-scenario.js');
      setExitCode(await runScenario(file, flags, output));
    });
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || value > 100_000) {
    throw new InvalidArgumentError('It must be a number above 0, at most 100000.');
  }
  return value;
}

function parameter(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value, such as pageSize=50.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) };
}

function runTime(text: string): number {
  try {
    return readRunTime(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('It must be names with commas between.');
  return items;
}
