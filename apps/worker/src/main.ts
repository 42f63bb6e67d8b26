// A worker as a process: `node dist/apps/worker/src/main.js`.
import { createLogger, environment, type Logger, readConfig, runAppProcess, systemClock } from '@loadstar/shared';
import { startWorker } from './app/start-worker.js';
import { openTelemetry } from '@loadstar/telemetry';
import { workerConfigSchema } from './config/worker-config.js';

const drainMs = 10_000;
const exitRefused = 2;

// A mistake in the settings is told in the default form; from then on the settings decide how things are told.
let logger: Logger = createLogger('worker', 'info');

await runAppProcess({
  app: 'worker',
  clock: systemClock,
  logger: {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  },
  drainMs,
  start: () => {
    const config = readConfig(workerConfigSchema, environment());
    logger = createLogger('worker', config.LOADSTAR_LOG_LEVEL, config.LOADSTAR_LOG_PRETTY);
    return startWorker(config, {
      clock: systemClock,
      logger,
      openTelemetry: (instance) =>
        openTelemetry({ service: 'loadstar-worker', instance, source: environment(), clock: systemClock, logger }),
      refused: (error) => {
        logger.error({ code: error.code }, `${error.message} ${error.hint}`);
        process.exit(exitRefused);
      },
      ended: () => process.exit(0),
    });
  },
});
