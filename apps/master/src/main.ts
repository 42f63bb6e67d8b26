/** The master's process: settings, one listening port, and what to tell people and the supervisor about them. */
import 'reflect-metadata';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLogger,
  environment,
  explainListenError,
  keepJoinToken,
  type Logger,
  type RunningApp,
  runAppProcess,
  systemClock,
} from '@loadstar/shared';
import { defaultTimings, SocketIoControlServer } from '@loadstar/protocol';
import { isLoopback } from './config/loopback.js';
import type { MasterConfig } from './config/master-config.js';
import { defaultQueueSettings } from './config/queue-settings.js';
import { defaultTimingSettings } from './config/timing-settings.js';
import { readMasterConfig } from './config/read-master-config.js';
import { CoreModule } from './core.module.js';
import { createApp } from './http/create-app.js';
import { Duty } from './leadership/duty.js';
import { MasterCore } from './master-core.js';
import { openQueuePort } from './queue/open-queue-port.js';
import { storeFor } from './store/open-store.js';
import { openTelemetry } from '@loadstar/telemetry';
import { MetricsService } from './telemetry/metrics.service.js';
import { RunSpans } from './telemetry/run-spans.js';
import { defaultRunTimings } from './runs/run-state.js';
import { compareInThread } from './runs/comparer.js';

const drainMs = 10_000;
/** dist/apps/master/src/main.js lies beside dist/apps/console. */
const here = dirname(fileURLToPath(import.meta.url));
const consoleDir = resolve(here, '../../console');

/**
 * The master until the end of the process. When another master has taken its place, all that it knows is thrown away,
 * and it begins anew at the same address, as a standby.
 */
async function start(config: MasterConfig, logger: Logger): Promise<RunningApp> {
  const replaced = (): void => {
    logger.warn({}, 'another master leads now: this one lets go of everything and stands by');
    current = current.then((old) => again(old, config, logger, replaced));
    current.catch((error: unknown) => {
      logger.error({ err: error }, 'the master could not begin anew');
      process.exit(2);
    });
  };
  let current = open(config, logger, replaced);
  const { url } = await current;
  tellSecrets(config, logger, url);
  return { url, close: async () => (await current).close() };
}

async function again(old: RunningApp, config: MasterConfig, logger: Logger, replaced: () => void): Promise<RunningApp> {
  const late = systemClock.setTimeout(() => process.exit(2), drainMs).unref();
  await old.close();
  late.cancel();
  return open(config, logger, replaced, Number(new URL(old.url).port));
}

/** @param atPort where to listen, when that is decided already */
async function open(
  config: MasterConfig,
  logger: Logger,
  replaced: () => void,
  atPort = config.port,
): Promise<RunningApp> {
  const clock = systemClock;
  let shownBy = logger;
  const compare = compareInThread(join(here, 'runs/compare-thread.js'));
  // The core's logger also keeps the lines that `/logs` shows.
  const shown = delegatingLogger(() => shownBy);
  const { port: queuePort, board } = await openQueuePort(config.queue ?? defaultQueueSettings, clock, shown);
  const core = new MasterCore({ config, logger, clock, queuePort, compare, store: storeFor(config, clock, logger) });
  shownBy = core.logger;
  const telemetry = await openTelemetry({
    service: 'loadstar-master',
    instance: `${hostname()}:${config.port}`,
    source: environment(),
    clock,
    logger: shown,
  });
  if (telemetry?.isTracing) {
    const spans = new RunSpans(telemetry, clock);
    core.watchRuns((record) => spans.observe(record));
  }
  const duty = new Duty({ config, core, clock, logger: core.logger, replaced });
  const { app } = await createApp({
    config,
    logger: shown,
    clock,
    duty,
    core: CoreModule.register(core, duty, clock),
    consoleDir,
    telemetry,
    extend: async (application, gatekeeper) => {
      if (board) await application.register(board(gatekeeper));
    },
    onSocketServer: (io, gatekeeper) => {
      duty.serveWorkers(new SocketIoControlServer(io, undefined, (request) => gatekeeper.addressOf(request)));
    },
  });
  try {
    await app.listen(atPort, config.bind);
  } catch (error) {
    await app.close();
    throw explainListenError(error, { app: 'master', port: atPort, flag: '--port', variable: 'LOADSTAR_PORT' });
  }
  const url = reachableUrl(await app.getUrl());
  const { port } = new URL(url);
  const advertised = config.advertiseUrl ?? (isLoopback(config.bind) ? url : `http://${hostname()}:${port}`);
  try {
    await duty.begin({ holder: `${hostname()}/${config.bind}/${port}`, url: advertised });
  } catch (error) {
    await app.close();
    throw error;
  }
  const metrics = app.get(MetricsService, { strict: false });
  telemetry?.exportMetrics(() => metrics.set(telemetry.wantsExponential));
  const role = duty.isServing ? 'leader' : 'standby';
  shown.info({ url, bind: config.bind, auth: config.auth.mode, role }, `master is ready: console and API on ${url}`);
  const { beatMs } = defaultTimings;
  const { snapshotMs } = defaultRunTimings;
  shown.info(
    { beatMs, snapshotMs, ...(config.timings ?? defaultTimingSettings) },
    'the timings that this fleet lives by',
  );
  const close = async (): Promise<void> => {
    // The API is closed last: whoever asks is answered until nothing else is left to let go.
    try {
      await duty.close();
    } finally {
      await app.close();
    }
    await telemetry?.close();
  };
  return { url, close };
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
  const file = keepJoinToken(config.dataDir, config.joinToken);
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
