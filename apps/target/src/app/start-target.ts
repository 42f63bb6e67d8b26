// Puts the target together: one Fastify instance that Nest manages, with the API beside Nest's own routes.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Clock, explainListenError, type Logger, newId, type RunningApp, SeededRandom } from '@loadstar/shared';
import type { PromMetric, Telemetry } from '@loadstar/telemetry';
import { register } from 'prom-client';
import { Behaviour } from '../behaviour/behaviour.js';
import { TokenBucket } from '../behaviour/token-bucket.js';
import type { TargetConfig } from '../config/target-config.js';
import { TargetState } from '../health/target-state.js';
import { RequestLog } from '../logging/request-log.js';
import { TargetMetrics } from '../metrics/target-metrics.js';
import { registerApi } from '../users/user-routes.js';
import { UserStore } from '../users/user-store.js';
import { Witness } from '../witness/witness.js';
import { ErrorFilter } from './error.filter.js';
import { observeRequests } from './observe-requests.js';
import { TargetModule } from './target.module.js';

export interface TargetPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where spans and metrics go besides; default: nowhere. */
  readonly openTelemetry?: (() => Promise<Telemetry | undefined>) | undefined;
}

/**
 * Starts the sample target.
 * @throws LoadstarError PORT_IN_USE
 */
export async function startTarget(config: TargetConfig, ports: TargetPorts): Promise<RunningApp> {
  const { clock, logger } = ports;
  const store = new UserStore(config.TARGET_MAX_USERS, new Date(clock.wallMs()).toISOString());
  // A drain answers what still comes in on open connections; a 503 would look like a fault of the target.
  const adapter = new FastifyAdapter({ return503OnClosing: false });
  const instance = adapter.getInstance();
  let connections = 0;
  instance.server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });
  const state = new TargetState(clock, store, () => connections);
  const witness = config.TARGET_WITNESS ? new Witness(clock) : undefined;
  const app = await NestFactory.create<NestFastifyApplication>(TargetModule.register({ state, witness }), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ErrorFilter(logger));
  const metrics = app.get(TargetMetrics);
  const telemetry = await ports.openTelemetry?.();
  const tracing = telemetry?.isTracing === true ? { telemetry, clock } : undefined;
  observeRequests(instance, { metrics, witness, log: requestLog(config, logger, clock), tracing });
  telemetry?.exportMetrics(async () => {
    metrics.refresh(state);
    return { metrics: (await register.getMetricsAsJSON()) as unknown as PromMetric[] };
  });
  const faults = { rate: config.TARGET_ERROR_RATE, status: config.TARGET_ERROR_STATUS };
  const behaviour = new Behaviour(new SeededRandom(newId()), faults);
  const { TARGET_RATE_LIMIT: limit } = config;
  // A tenth of a second's worth may come at once.
  const bucket = limit > 0 ? new TokenBucket(clock, limit, Math.max(1, limit / 10)) : undefined;
  await registerApi(instance, { config, store, behaviour, bucket, clock, state });
  await listen(app, config);
  const { port } = instance.server.address() as AddressInfo;
  const url = `http://${urlHost(config.TARGET_HOST)}:${port}`;
  logger.info(
    { url, witness: config.TARGET_WITNESS, logRequests: config.TARGET_LOG_REQUESTS },
    `target is ready on ${url}`,
  );
  return {
    url,
    close: async () => {
      state.drain();
      await app.close();
      await telemetry?.close();
    },
  };
}

async function listen(app: NestFastifyApplication, config: TargetConfig): Promise<void> {
  try {
    await app.listen(config.TARGET_PORT, config.TARGET_HOST);
  } catch (error) {
    await app.close();
    throw explainListenError(error, {
      app: 'target',
      port: config.TARGET_PORT,
      flag: '--target-port',
      variable: 'TARGET_PORT',
    });
  }
}

function requestLog(config: TargetConfig, logger: Logger, clock: Clock): RequestLog | undefined {
  const heard = config.LOADSTAR_LOG_LEVEL === 'debug' || config.LOADSTAR_LOG_LEVEL === 'info';
  if (config.TARGET_LOG_REQUESTS === '0' || !heard) return undefined;
  return new RequestLog(logger, clock, config.TARGET_LOG_REQUESTS);
}

/** An address as it is written in a URL; "all addresses" is reached as localhost. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
