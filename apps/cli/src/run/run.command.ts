import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createLogger, ExitCode, formatRunTime, systemClock } from '@loadstar/shared';
import { renderJson, renderText } from '@loadstar/report';
import { bundleScenario } from '@loadstar/scenario/loader';
import type { Output } from '../output/output.js';
import { reportError } from '../output/report-error.js';
import { whole } from '../output/argument.js';
import { createLiveView, type LiveView } from './live-view.js';
import { planRun, readRunTime, type RunFlags } from './run-settings.js';
import { RunSession, type SessionResult } from './run-session.js';
import { writeReports } from './write-reports.js';

/** `loadstar run FILE`: one scenario in one process tree, for a terminal or a CI job. */
export function addRunCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  program
    .command('run')
    .description('run a scenario file on this machine, without a server')
    .argument('<file>', 'scenario file (TypeScript or JavaScript)')
    .option('-H, --host <url>', 'base URL of the system under test')
    .option(
      '-u, --users <count>',
      'users at the plateau (a shape in the file decides when this is left out)',
      whole(1, 1_000_000),
    )
    .addOption(new Option('-r, --spawn-rate <rate>', 'users started per second').argParser(rate))
    .option('-t, --run-time <time>', 'stop after this time: 90s, 10m, 1h20m', runTime)
    .option('--shape <name>', 'load shape of the file to follow')
    .option('--classes <names>', 'user classes to run, with commas between (default: all)', list)
    .option('--processes <count>', 'engine processes', whole(1, 256), Math.max(1, availableParallelism() - 1))
    .option('--seed <text>', 'seed of every random choice, to repeat a run')
    .option('--stop-timeout <seconds>', 'time that iterations may take to end', whole(0, 3600), 5)
    .option(
      '--allow <targets>',
      'hosts, addresses or CIDR blocks that may be connected to (default: all but metadata addresses)',
      list,
      [],
    )
    .option('--html <file>', 'write an HTML report')
    .option('--json [file]', 'write the summary as JSON, without a file name to the standard output')
    .option('--csv <prefix>', 'write PREFIX_stats.csv, _stats_history.csv, _failures.csv, _exceptions.csv')
    .option('--quiet', 'only errors and what was asked for', false)
    .option('--headless', 'accepted for habit: this command never opens a page', false)
    .action(async (file: string, flags: RunFlags) => setExitCode(await run(file, flags, output)));
}

async function run(file: string, flags: RunFlags, output: Output): Promise<number> {
  const bundle = await bundleScenario(file);
  const view = createLiveView(output, flags.quiet);
  const session = new RunSession({
    clock: systemClock,
    logger: createLogger('run', 'warn'),
    processes: flags.processes,
    onNumbers: (numbers) => view.show(numbers),
    onTrouble: (text) => view.note(output.colour.yellow(text)),
  });
  const release = stopOnSignal(session, view);
  try {
    const plan = planRun(flags, bundle, await session.inspect(bundle.code));
    if (!flags.quiet) announce(plan, flags, output);
    const result = await session.run(plan, bundle.code);
    view.end();
    return await conclude(result, flags, output);
  } finally {
    view.end();
    release();
    await session.close();
  }
}

function announce(plan: ReturnType<typeof planRun>, flags: RunFlags, output: Output): void {
  const { load } = plan;
  const what = load.kind === 'shape' ? `shape ${load.shape}` : `${load.users} users, ${load.spawnRate}/s`;
  const until =
    load.runTimeMs === undefined
      ? load.kind === 'shape'
        ? ''
        : ', until Ctrl-C'
      : `, for ${formatRunTime(load.runTimeMs / 1000)}`;
  const engines = `${flags.processes} engine process${flags.processes === 1 ? '' : 'es'}`;
  output.error(
    `${output.colour.bold(plan.scenario)} against ${plan.host}: ${what}${until}, ${engines}, seed ${plan.seed}`,
  );
}

/** The first signal drains and still reports; the second leaves at once. */
function stopOnSignal(session: RunSession, view: LiveView): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(ExitCode.stoppedBySignal);
    asked = true;
    view.note('Stopping: what is in flight may finish. Ctrl-C again leaves at once, without a report.');
    session.stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

async function conclude(result: SessionResult, flags: RunFlags, output: Output): Promise<number> {
  const { summary, points, judgement } = result;
  if (flags.json === true) output.line(renderJson(summary, points));
  else if (!flags.quiet)
    output.line(renderText(summary, { colour: output.colour.isColorSupported, width: output.width }));
  if (judgement.verdict !== 'passed' && flags.quiet) for (const reason of judgement.reasons) output.error(reason);
  try {
    const written = await writeReports(flags, summary, points);
    if (!flags.quiet) for (const file of written) output.error(`Wrote ${file}`);
  } catch (error) {
    const code = reportError(error, output);
    return judgement.exitCode === ExitCode.passed ? code : judgement.exitCode;
  }
  return judgement.exitCode;
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || value > 100_000) {
    throw new InvalidArgumentError('It must be a number above 0, at most 100000.');
  }
  return value;
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
