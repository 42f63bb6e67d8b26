import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import {
  type DesiredWorkersView,
  environment,
  keepJoinToken,
  newId,
  parseAccessTokens,
  systemClock,
  type WorkerView,
} from '@loadstar/shared';
import { whole } from '../output/argument.js';
import type { Output } from '../output/output.js';
import type { Inherited } from './app-environment.js';
import { Autoscaler, defaultRules } from './autoscaler.js';
import { masterUrl, planProcesses, planWorker, type StartSettings } from './process-plan.js';
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
  autoscale: boolean;
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
    .option(
      '--autoscale',
      'start and end workers with one engine each as runs need them, from --workers (then 1) up to the cores',
      false,
    )
    .addOption(new Option('--scenario <name>', 'scenario that the start form begins with').env('LOADSTAR_SCENARIO'))
    .option('--no-target', 'do not start the sample target')
    .option('--verbose', 'show the processes’ information lines, not only warnings', false)
    .action(async (flags: StartFlags, command: Command) => {
      // A worker that comes and goes is one engine; who asks for more by name gets it.
      const isDefault = (name: string): boolean => command.getOptionValueSource(name) === 'default';
      const workers = flags.autoscale && isDefault('workers') ? 1 : flags.workers;
      const engines = flags.autoscale && isDefault('engines') ? 1 : flags.engines;
      setExitCode(await start({ ...flags, workers, engines }, output));
    });
}

async function start(flags: StartFlags, output: Output): Promise<number> {
  const env = environment();
  const settings: StartSettings = {
    masterPort: flags.port,
    targetPort: flags.targetPort,
    workers: flags.workers,
    engines: flags.engines,
    autoscale: flags.autoscale,
    maxWorkers: Math.max(flags.workers, Math.floor(availableParallelism() / flags.engines)),
    withTarget: flags.target,
    scenario: flags.scenario,
    // Empty is the same as not given, as for the apps.
    joinToken: env.LOADSTAR_JOIN_TOKEN || newId(32),
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
  let autoscaler: Autoscaler | undefined;
  if (!interrupted) {
    output.line(welcome(settings, output, env.LOADSTAR_JOIN_TOKEN ? undefined : tokenPlace(settings, env)));
    if (settings.autoscale) autoscaler = followMaster(settings, env, supervisor, appMain, output);
    await signalled;
  }
  autoscaler?.stop();
  output.line('');
  output.line('Shutting down; press Ctrl-C again to leave at once.');
  await supervisor.stop();
  output.line('All processes have ended.');
  return 0;
}

/**
 * Keeps the token that was made up: workers of other machines need it, and the master was given it, so that it keeps none.
 * Only once everything is ready, because a start that fails must not take the place of one that runs.
 *
 * @returns where it is, for people
 */
function tokenPlace({ joinToken }: StartSettings, env: Inherited): string {
  try {
    return keepJoinToken(env.LOADSTAR_DATA_DIR || '.loadstar', joinToken);
  } catch (error) {
    return `in no file (${error instanceof Error ? error.message : String(error)}); set LOADSTAR_JOIN_TOKEN`;
  }
}

function followMaster(
  settings: StartSettings,
  env: Inherited,
  supervisor: Supervisor,
  appMain: (app: string) => string,
  output: Output,
): Autoscaler {
  const token = parseAccessTokens(env.LOADSTAR_TOKENS ?? '')[0]?.token;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${masterUrl(settings)}/api/v1/${path}`, {
      headers,
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`the master answered ${response.status}`);
    return (await response.json()) as T;
  };
  const { workers, maxWorkers } = settings;
  const autoscaler = new Autoscaler(
    {
      clock: systemClock,
      desired: () => ask<DesiredWorkersView>('fleet/desired'),
      workers: () => ask<WorkerView[]>('workers'),
      add: (name) => supervisor.add(planWorker(name, settings, appMain, env)),
      remove: (name) => supervisor.remove(name),
      onChange: ({ from, to }) => output.line(`  ${output.colour.dim('…')} workers: ${from} → ${to}`),
    },
    { ...defaultRules, min: workers, max: maxWorkers },
    workers,
  );
  autoscaler.start();
  return autoscaler;
}

/** @param tokenPlace where the join token is, when it was made up */
function welcome(settings: StartSettings, { colour }: Output, tokenPlace: string | undefined): string {
  const { masterPort, targetPort, withTarget, workers, engines } = settings;
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
    ...(tokenPlace === undefined ? [] : [row('Join token', tokenPlace) + colour.dim('  for further workers')]),
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
