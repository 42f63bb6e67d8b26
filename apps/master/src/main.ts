/** The master's process: settings, one listening port, and what to tell people and the supervisor about them. */
import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLogger,
  environment,
  explainListenError,
  type Logger,
  type RunningApp,
  runAppProcess,
  systemClock,
} from '@loadstar/shared';
import type { MasterConfig } from './config/master-config.js';
import { defaultQueueSettings } from './config/queue-settings.js';
import { readMasterConfig } from './config/read-master-config.js';
import { attachWorkers, CoreModule } from './core.module.js';
import { createApp } from './http/create-app.js';
import { MasterCore } from './master-core.js';
import { openQueuePort } from './queue/open-queue-port.js';

const drainMs = 10_000;
/** dist/apps/master/src/main.js lies beside dist/apps/console. */
const consoleDir = resolve(dirname(fileURLToPath(import.meta.url)), '../../console');

async function start(config: MasterConfig, logger: Logger): Promise<RunningApp> {
  const clock = systemClock;
  let core: MasterCore | undefined;
  // The core's logger also keeps the lines that `/logs` shows.
  const shown = delegatingLogger(() => core?.logger ?? logger);
  const { port: queuePort, board } = await openQueuePort(config.queue ?? defaultQueueSettings, clock, shown);
  const { app } = await createApp({
    config,
    logger: shown,
    clock,
    core: CoreModule.register({ config, logger, clock, queuePort }),
    consoleDir,
    extend: async (application, gatekeeper) => {
      if (board) await application.register(board(gatekeeper));
    },
    onSocketServer: (io, application) => {
      const made = application.get(MasterCore);
      core = made;
      attachWorkers(made, io).catch((error: unknown) => logger.error({ err: error }, 'workers cannot be let in'));
    },
  });
  try {
    await app.listen(config.port, config.bind);
  } catch (error) {
    await app.close();
    throw explainListenError(error, { app: 'master', port: config.port, flag: '--port', variable: 'LOADSTAR_PORT' });
  }
  const url = reachableUrl(await app.getUrl());
  tellSecrets(config, logger, url);
  core?.logger.info({ url, bind: config.bind, auth: config.auth.mode }, `master is ready: console and API on ${url}`);
  return { url, close: () => app.close() };
}

/** What was made up at this start has to be found by somebody: the access token is said once, the join token is kept in a file. */
function tellSecrets(config: MasterConfig, logger: Logger, url: string): void {
  const [only] = config.auth.tokens;
  if (config.auth.generated && only) {
    logger.warn(
      {},
      `no LOADSTAR_TOKENS given: sign in on ${url}/login with this admin token, valid until restart: ${only.token}`,
    );
  }
  if (!config.joinTokenGenerated) return;
  const file = join(config.dataDir, 'join-token');
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(file, `${config.joinToken}\n`, { mode: 0o600 });
  logger.info({ file }, `no LOADSTAR_JOIN_TOKEN given: workers need the one in ${file}`);
}

function delegatingLogger(current: () => Logger): Logger {
  return {
    debug: (facts, message) => current().debug(facts, message),
    info: (facts, message) => current().info(facts, message),
    warn: (facts, message) => current().warn(facts, message),
    error: (facts, message) => current().error(facts, message),
  };
}

/** An address that stands for all addresses is no address to click on. */
function reachableUrl(url: string): string {
  const { port, hostname, protocol } = new URL(url);
  const everywhere = hostname === '0.0.0.0' || hostname === '[::]';
  return `${protocol}//${everywhere || hostname === '[::1]' ? 'localhost' : hostname}:${port}`;
}

// Until the settings are read nobody knows the level; what goes wrong by then has to be said.
let logger = createLogger('master', 'info');
await runAppProcess({
  app: 'master',
  clock: systemClock,
  logger: delegatingLogger(() => logger),
  drainMs,
  start: () => {
    const config = readMasterConfig(environment());
    logger = createLogger('master', config.logLevel, config.logPretty);
    return start(config, logger);
  },
});
