import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { environment, newId, systemClock } from '@loadstar/shared';
import { whole } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { planProcesses, type StartSettings } from './process-plan.js';
import { Supervisor, type SupervisorEvent } from './supervisor.js';

/** `loadstar start`: master, workers and the sample target on this machine, as `npm start` runs them. */

const readyLimitMs = 60_000;
/** The apps drain within 10 s themselves; the rest is for their last goodbyes. */
const drainMs = 12_000;

interface StartFlags {
  port: number;
  targetPort: number;
  workers: number;
  engines: number;
  target: boolean;
  scenario?: string;
  verbose: boolean;
}

export function addStartCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const cores = availableParallelism();
  program
    .command('start')
    .description('start master, workers and the sample target on this machine, and keep them running')
    .addOption(
      new Option('--port <port>', 'port of the console and the API')
        .env('LOADSTAR_PORT')
        .default(8089)
        .argParser(whole(1, 65535)),
    )
    .addOption(
      new Option('--target-port <port>', 'port of the sample target')
        .env('TARGET_PORT')
        .default(5001)
        .argParser(whole(1, 65535)),
    )
    .addOption(
      new Option('--workers <count>', 'worker processes').env('LOCUST_WORKERS').default(2).argParser(whole(1, 64)),
    )
    .addOption(
      new Option('--engines <count>', 'engine processes of each worker')
        .env('LOADSTAR_ENGINES')
        .default(Math.max(1, Math.floor(cores / 2)), 'half the cores')
        .argParser(whole(1, 256)),
    )
    .addOption(new Option('--scenario <name>', 'scenario that the start form begins with').env('LOADSTAR_SCENARIO'))
    .option('--no-target', 'do not start the sample target')
    .option('--verbose', 'show the processes’ information lines, not only warnings', false)
    .action(async (flags: StartFlags) => setExitCode(await start(flags, output)));
}

async function start(flags: StartFlags, output: Output): Promise<number> {
  const env = environment();
  const settings: StartSettings = {
    masterPort: flags.port,
    targetPort: flags.targetPort,
    workers: flags.workers,
    engines: flags.engines,
    withTarget: flags.target,
    scenario: flags.scenario,
    joinToken: env.LOADSTAR_JOIN_TOKEN ?? newId(32),
    verbose: flags.verbose,
  };
  const appMain = (app: string): string => fileURLToPath(new URL(`../../../${app}/src/main.js`, import.meta.url));
  const supervisor = new Supervisor(planProcesses(settings, appMain, env), {
    clock: systemClock,
    drainMs,
    readyLimitMs,
    onEvent: (event) => output.line(describe(event, output)),
  });
  const signalled = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (stopRequested) supervisor.kill();
      stopRequested = true;
      resolve();
    };
    let stopRequested = false;
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
  output.line(`${output.colour.bold('Loadstar')} is starting …`);
  const interrupted = await Promise.race([supervisor.start().then(() => false), signalled.then(() => true)]);
  if (!interrupted) {
    output.line(welcome(settings, output));
    await signalled;
  }
  output.line('');
  output.line('Shutting down; press Ctrl-C again to leave at once.');
  await supervisor.stop();
  output.line('All processes have ended.');
  return 0;
}

function welcome({ masterPort, targetPort, withTarget, workers, engines }: StartSettings, { colour }: Output): string {
  const row = (name: string, url: string): string => `  ${name.padEnd(12)} ${colour.cyan(url)}`;
  const master = `http://localhost:${masterPort}`;
  return [
    '',
    `${colour.green('Ready:')} ${workers} worker${workers === 1 ? '' : 's'} with ${engines} engine${engines === 1 ? '' : 's'} each.`,
    '',
    row('Console', master),
    row('REST API', `${master}/api`),
    row('Metrics', `${master}/metrics`),
    ...(withTarget ? [row('Target', `http://localhost:${targetPort}`)] : []),
    '',
    `Open the console and press ${colour.bold('Start swarming')}. Ctrl-C ends everything.`,
  ].join('\n');
}

function describe(event: SupervisorEvent, { colour }: Output): string {
  switch (event.kind) {
    case 'ready':
    case 'restarted':
      return `  ${colour.green('✔')} ${event.name.padEnd(10)} ${event.kind} (pid ${event.pid})`;
    case 'died':
      return `  ${colour.yellow('!')} ${event.name.padEnd(10)} ended with ${event.how}; restarting in ${event.restartInMs / 1000} s`;
    case 'stopping':
      return `  ${colour.dim('…')} ${event.name.padEnd(10)} stopping`;
    case 'killed':
      return `  ${colour.red('✖')} ${event.name.padEnd(10)} did not stop in time and was killed`;
  }
}
