/**
 * Which processes `loadstar start` runs, as data: the supervisor only knows how to keep a list of them alive.
 */
export interface ProcessSpec {
  /** Name in messages, unique in the list. */
  readonly name: string;
  /** Script that Node runs, an absolute path. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
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
  readonly scenario: string | undefined;
  readonly joinToken: string;
  readonly verbose: boolean;
}

/**
 * @param appMain gives the absolute path of an app's entry script
 * @param inherited the supervisor's own environment, which every app inherits; settings given as flags win
 */
export function planProcesses(
  settings: StartSettings,
  appMain: (app: 'master' | 'worker' | 'target') => string,
  inherited: Readonly<Record<string, string | undefined>>,
): ProcessSpec[] {
  const masterUrl = `http://127.0.0.1:${settings.masterPort}`;
  const common: Record<string, string> = {
    ...definedOnly(inherited),
    LOADSTAR_LOG_LEVEL: inherited.LOADSTAR_LOG_LEVEL ?? (settings.verbose ? 'info' : 'warn'),
    LOADSTAR_LOG_PRETTY: inherited.LOADSTAR_LOG_PRETTY ?? '1',
  };
  const specs: ProcessSpec[] = [];
  if (settings.withTarget) {
    specs.push({
      name: 'target',
      script: appMain('target'),
      stage: 0,
      env: { ...common, TARGET_PORT: String(settings.targetPort) },
    });
  }
  specs.push({
    name: 'master',
    script: appMain('master'),
    stage: 0,
    env: {
      LOCUST_HOST: `http://localhost:${settings.targetPort}`,
      ...common,
      LOADSTAR_PORT: String(settings.masterPort),
      LOADSTAR_JOIN_TOKEN: settings.joinToken,
      ...(settings.scenario === undefined ? {} : { LOADSTAR_SCENARIO: settings.scenario }),
    },
  });
  for (let k = 1; k <= settings.workers; k++) {
    specs.push({
      name: `worker-${k}`,
      script: appMain('worker'),
      stage: 1,
      env: {
        ...common,
        LOADSTAR_MASTER_URL: masterUrl,
        LOADSTAR_JOIN_TOKEN: settings.joinToken,
        LOADSTAR_WORKER_NAME: `worker-${k}`,
        LOADSTAR_WORKER_PORT: '0',
        LOADSTAR_ENGINES: String(settings.engines),
      },
    });
  }
  return specs;
}

function definedOnly(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
