// Puts the worker together: engine processes, the agent that talks to the master, and the small HTTP face.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EnginePool } from '@loadstar/engine';
import { type LoadRunner, SocketIoControlClient, WorkerAgent } from '@loadstar/protocol';
import {
  type Clock,
  explainListenError,
  LoadstarError,
  type Logger,
  newId,
  type RunningApp,
  SeededRandom,
} from '@loadstar/shared';
import type { Telemetry } from '@loadstar/telemetry';
import type { WorkerConfig } from '../config/worker-config.js';
import { ProcessHealth } from '../health/process-health.js';
import { WorkerState } from '../health/worker-state.js';
import { KeptFiles } from '../keep/kept-files.js';
import { EngineRunner } from '../load/engine-runner.js';
import { workerTelemetry } from '../telemetry/worker-telemetry.js';
import { WorkerMetrics } from '../metrics/worker-metrics.js';
import { shippingLogger } from './shipping-logger.js';
import { WorkerModule } from './worker.module.js';

export interface WorkerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the master refuses this worker for good after the start: the process should end with this error. */
  readonly refused: (error: LoadstarError) => void;
  /** Called when the worker has ended by itself, because no master came back for its numbers. Default: nothing. */
  readonly ended?: () => void;
  /** What generates the load; default: engine processes. */
  readonly runner?: LoadRunner;
  /** Where spans and metrics go besides; default: nowhere. */
  readonly openTelemetry?: (instance: string) => Promise<Telemetry | undefined>;
}

/**
 * Starts a worker. Does not wait for a master that is not there yet.
 * @throws LoadstarError PORT_IN_USE, JOIN_TOKEN_WRONG, VERSION_SKEW
 */
export async function startWorker(config: WorkerConfig, ports: WorkerPorts): Promise<RunningApp> {
  const { clock } = ports;
  const { LOADSTAR_WORKER_NAME: name, LOADSTAR_ENGINES: engines } = config;
  // The agent's own lines reach the master through the agent itself.
  const logger = shippingLogger(ports.logger, clock, (line) => agent.log(line));
  const pool = new EnginePool({ engines, clock, logger: ports.logger, worker: name });
  const health = new ProcessHealth(clock, engines);
  const agent: WorkerAgent = new WorkerAgent({
    client: new SocketIoControlClient(config.LOADSTAR_MASTER_URL, ports.logger),
    runner: ports.runner ?? new EngineRunner(pool, ports.logger),
    clock,
    logger,
    random: new SeededRandom(newId()),
    joinToken: config.LOADSTAR_JOIN_TOKEN,
    name,
    engines,
    labels: config.LOADSTAR_LABELS,
    health: () => health.read(),
    keep: new KeptFiles(config.LOADSTAR_WORKER_DATA_DIR, ports.logger),
    observe: (snapshot) => {
      health.observe(snapshot);
      metrics.observe(snapshot);
      telemetry?.observe(snapshot);
    },
    traced: (batch, plan) => telemetry?.traced(batch, plan),
  });
  const opened = await ports.openTelemetry?.(agent.id);
  const state = new WorkerState(agent, health);
  const app = await NestFactory.create<NestFastifyApplication>(WorkerModule.register(state), new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  const metrics = app.get(WorkerMetrics);
  const telemetry = opened && workerTelemetry(opened, { clock, worker: name, refresh: () => metrics.refresh(state) });
  await listen(app, config);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${config.LOADSTAR_WORKER_BIND}:${port}`;
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    await agent.leave('the worker was told to stop');
    await Promise.all([pool.close(), app.close()]);
    await opened?.close();
  };

  await agent.start();
  const refusal = await Promise.race([agent.ended, Promise.resolve(undefined)]);
  if (refusal) {
    await close();
    throw refusal;
  }
  void agent.ended.then((error) => {
    if (error) ports.refused(error);
    else if (!isClosing) void close().then(() => ports.ended?.());
  });
  logger.info(
    { url, worker: agent.id, engines },
    `worker ${name} is ready, engines: ${engines}, health and metrics on ${url}`,
  );
  return { url, close };
}

async function listen(app: NestFastifyApplication, config: WorkerConfig): Promise<void> {
  const { LOADSTAR_WORKER_PORT: port, LOADSTAR_WORKER_BIND: bind } = config;
  try {
    await app.listen(port, bind);
  } catch (error) {
    await app.close();
    throw explainListenError(error, {
      app: 'worker',
      port,
      flag: 'LOADSTAR_WORKER_PORT=0 (any free port)',
      variable: 'LOADSTAR_WORKER_PORT',
    });
  }
}
