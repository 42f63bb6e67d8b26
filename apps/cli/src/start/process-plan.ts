/**
 * Which processes `loadstar start` runs, as data: the supervisor only knows how to keep a list of them alive.
 */
import { type AppName, environmentOf, type Inherited } from './app-environment.js';
import { workerName } from './autoscaler.js';

export interface ProcessSpec {
  /** Name in messages, unique in the list. */
  readonly name: string;
  /** Script that Node runs, an absolute path. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly nodeArgs: readonly string[];
  /** Processes of a lower stage are ready before those of a higher one start; they stop in the opposite order. */
  readonly stage: number;
}

export interface StartSettings {
  readonly masterPort: number;
  readonly targetPort: number;
  readonly workers: number;
  /** Engine processes of each worker. */
  readonly engines: number;
  readonly withTarget: boolean;
  /** Whether workers follow what the master has use for, from `workers` up to `maxWorkers`. */
  readonly autoscale: boolean;
  readonly maxWorkers: number;
  readonly scenario: string | undefined;
  readonly joinToken: string;
  readonly verbose: boolean;
}

/**
 * All of them share one machine with the browser and the editor of whoever tries things out, and most of the time they
 * wait: a small young generation costs them a third of their memory less and, at this size of load, no time that can
 * be measured. Engines, which make the load, get no such flags.
 */
const frugal = ['--max-semi-space-size=2', '--optimize-for-size'];

type AppMain = (app: AppName) => string;

/**
 * @param appMain gives the absolute path of an app's entry script
 * @param inherited the supervisor's own environment, of which every app gets its part; settings given as flags win
 */
export function planProcesses(settings: StartSettings, appMain: AppMain, inherited: Inherited): ProcessSpec[] {
  const specs: ProcessSpec[] = [];
  if (settings.withTarget) {
    specs.push({
      name: 'target',
      script: appMain('target'),
      nodeArgs: frugal,
      stage: 0,
      env: { ...commonEnv('target', settings, inherited), TARGET_PORT: String(settings.targetPort) },
    });
  }
  specs.push({
    name: 'master',
    script: appMain('master'),
    nodeArgs: frugal,
    stage: 0,
    env: {
      LOCUST_HOST: `http://localhost:${settings.targetPort}`,
      ...(settings.autoscale ? scalingEnv(settings) : {}),
      ...commonEnv('master', settings, inherited),
      LOADSTAR_PORT: String(settings.masterPort),
      LOADSTAR_JOIN_TOKEN: settings.joinToken,
      ...(settings.scenario === undefined ? {} : { LOADSTAR_SCENARIO: settings.scenario }),
    },
  });
  for (let k = 1; k <= settings.workers; k++) specs.push(planWorker(workerName(k), settings, appMain, inherited));
  return specs;
}

/** One worker; also for those that are started later. */
export function planWorker(name: string, settings: StartSettings, appMain: AppMain, inherited: Inherited): ProcessSpec {
  return {
    name,
    script: appMain('worker'),
    nodeArgs: frugal,
    stage: 1,
    env: {
      ...commonEnv('worker', settings, inherited),
      LOADSTAR_MASTER_URL: masterUrl(settings),
      LOADSTAR_JOIN_TOKEN: settings.joinToken,
      LOADSTAR_WORKER_NAME: name,
      LOADSTAR_WORKER_PORT: '0',
      LOADSTAR_ENGINES: String(settings.engines),
    },
  };
}

export const masterUrl = ({ masterPort }: StartSettings): string => `http://127.0.0.1:${masterPort}`;

function commonEnv(app: AppName, { verbose }: StartSettings, inherited: Inherited): Record<string, string> {
  return {
    ...environmentOf(app, inherited),
    LOADSTAR_LOG_LEVEL: inherited.LOADSTAR_LOG_LEVEL ?? (verbose ? 'info' : 'warn'),
    LOADSTAR_LOG_PRETTY: inherited.LOADSTAR_LOG_PRETTY ?? '1',
  };
}

/** The master may want what this machine has, and no more. */
const scalingEnv = ({ workers, maxWorkers }: StartSettings): Record<string, string> => ({
  LOADSTAR_MIN_WORKERS: String(workers),
  LOADSTAR_MAX_WORKERS: String(maxWorkers),
});
