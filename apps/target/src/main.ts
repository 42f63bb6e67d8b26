// The sample system under test as a process: `node dist/apps/target/src/main.js`.
import { createLogger, environment, readConfig, runAppProcess, systemClock } from '@loadstar/shared';
import { openTelemetry } from '@loadstar/telemetry';
import { hostname } from 'node:os';
import { startTarget } from './app/start-target.js';
import { targetConfigSchema } from './config/target-config.js';

const drainMs = 10_000;

// A mistake in the settings is told in the default form; from then on the settings decide how things are told.
let logger = createLogger('target', 'info');

await runAppProcess({
  app: 'target',
  clock: systemClock,
  logger: {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  },
  drainMs,
  start: () => {
    const config = readConfig(targetConfigSchema, environment());
    logger = createLogger('target', config.LOADSTAR_LOG_LEVEL, config.LOADSTAR_LOG_PRETTY);
    const instance = `${hostname()}:${config.TARGET_PORT}`;
    const options = { service: 'loadstar-target', instance, source: environment(), clock: systemClock, logger };
    return startTarget(config, { clock: systemClock, logger, openTelemetry: () => openTelemetry(options) });
  },
});
